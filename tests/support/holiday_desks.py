"""Replicas of sla whose business calendar rests on the holidays of a country."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from contracts.vocabulary import Priority
from services.sla.service import Scanning
from tests.support.sla_desk import SlaDesk, named
from tests.support.sla_story import opened

BY_RUSSIA: dict[str, Any] = {"country": "RU"}
EVE = opened("03 20:00", Priority.P2)
"""The evening before 4 November, a Wednesday on which Russia rests."""
ALSO_ON_EVE = named(EVE, 43)

Starts = Callable[..., SlaDesk]


def follows(desk: SlaDesk) -> SlaDesk:
    """The replica after its next look at the database, which comes within a second."""
    scanning = Scanning()
    scanning.shared = SimpleNamespace(store=desk.store)
    scanning.promised = SimpleNamespace(editions=desk.service.editions)
    scanning.run_once()
    return desk
