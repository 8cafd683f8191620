"""Events made by hand, and heard as the bot's listener hears them."""

from typing import Any
from uuid import uuid4

from chassis.events.consumer import handle_once
from contracts.event import Event
from contracts.incidents import IncidentView, StatusView, UpdateView
from contracts.vocabulary import IncidentImpact, IncidentStatus, OverallStatus
from services.bot.hearing import handlers
from services.bot.subscriptions import SUBSCRIPTIONS
from tests.support.bot_rows import LANGUAGES, NOON, Rows

INCIDENT = IncidentView(
    id=3,
    title="Платежи <стоят>",
    status=IncidentStatus.INVESTIGATING,
    impact=IncidentImpact.CRITICAL,
    started_at=NOON,
    updates=[UpdateView(status=IncidentStatus.INVESTIGATING, message="Ищем", created_at=NOON)],
)
STATUS = StatusView(
    status=OverallStatus.OUTAGE, incident=INCIDENT, incidents=[INCIDENT], updated_at=NOON, version=1
)


def made(kind: type[Event], version: int = 1, **parts: Any) -> Event:
    return kind(event_id=uuid4(), occurred_at=NOON, version=version, **parts)


def hear(rows: Rows, event: Event, lead_ids: tuple[int, ...] = ()) -> None:
    """As the listener does."""
    found = handlers(LANGUAGES, rows.clock, lead_ids)
    subscription = next(one for one in SUBSCRIPTIONS if one.event is type(event))
    handle_once(rows.store, subscription, event, found[subscription])
