"""News of an incident is told at once: whoever tells it is woken when it has been kept."""

from types import SimpleNamespace

import pytest

from contracts.incidents import (
    IncidentEvent,
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentWithdrawn,
)
from services.tickets import queries
from services.tickets.service import TicketsService
from tests.support.outage import Outage
from tests.support.tickets_desk import TicketsDesk


@pytest.mark.parametrize(
    ("hear", "kind"),
    [
        ("keep_update", IncidentUpdated),
        ("keep_end", IncidentResolved),
        ("keep_return", IncidentReopened),
        ("keep_withdrawal", IncidentWithdrawn),
    ],
)
def test_news_that_is_kept_wakes_those_who_tell_it(
    desk: TicketsDesk, hear: str, kind: type[IncidentEvent]
) -> None:
    outage, woken = Outage(desk), list[bool]()
    desk.lets_in(7, "Пётр")
    outage.has(desk.opens().id)
    service = TicketsService()
    service.store = desk.store
    service.telling = SimpleNamespace(  # type: ignore[assignment]  # without nameko's container
        wake=lambda: woken.append(desk.store.glance(queries.is_news_waiting))
    )

    getattr(service, hear)(desk.news_of(outage.view(), 2, kind))

    assert woken == [True]
