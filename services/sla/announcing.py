"""What the clocks have to say becomes a fact in the outbox, and a line of the history."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from chassis.storage.database import table_of
from contracts.event import Event
from contracts.sla import (
    SlaAchieved,
    SlaBreached,
    SlaBreachWithdrawn,
    SlaClockMoved,
    SlaWarned,
    SlaWarningClimbed,
)
from contracts.tickets import TicketFacts
from services.sla.domain import (
    Achieved,
    Announcement,
    Breached,
    BreachWithdrawn,
    Climbed,
    ClockMoved,
    CycleAnnouncement,
    Warned,
)
from services.sla.models import AnnouncementRow

REMEMBER = insert(table_of(AnnouncementRow)).inline()


def tell(
    session: Session, told: Iterable[tuple[Sequence[Announcement], TicketFacts]], now: datetime
) -> None:
    """Announce what clocks have said of their tickets, in the transaction that also stores the
    clocks, which remember it."""
    events = [(one, _event_of(one, ticket, now)) for said, ticket in told for one in said]
    if events:
        announce(session, *(event for _, event in events))
        remembered = [_columns(one, event, now) for one, event in events]
        session.connection().execute(REMEMBER, remembered)


def _columns(said: Announcement, event: Event, now: datetime) -> dict[str, Any]:
    of_one = said if isinstance(said, CycleAnnouncement) else None
    return {
        "ticket_id": said.ticket_id,
        "metric": of_one.metric if of_one else "",
        "n": of_one.n if of_one else 0,
        "revision": said.revision,
        "kind": event.type,
        "announced_at": now,
        "fact": event.model_dump(mode="json", exclude={"ticket"}),
    }


def _event_of(said: Announcement, ticket: TicketFacts, now: datetime) -> Event:
    name: dict[str, Any] = {
        "event_id": uuid4(),
        "occurred_at": now,
        "version": said.revision,
        "ticket_id": said.ticket_id,
    }
    if isinstance(said, CycleAnnouncement):
        name |= {"metric": said.metric, "cycle": said.n, "due_at": said.due_at, "ticket": ticket}
    match said:
        case ClockMoved(next_due_at=next_due_at):
            return SlaClockMoved(next_due_at=next_due_at, **name)
        case Warned(threshold=threshold):
            return SlaWarned(threshold=threshold, **name)
        case Climbed(level=level):
            return SlaWarningClimbed(level=level, **name)
        case Breached(cause=cause):
            return SlaBreached(cause=cause, **name)
        case Achieved(achieved_at=achieved_at):
            return SlaAchieved(achieved_at=achieved_at, **name)
        case BreachWithdrawn(achieved_at=refuted_at):
            return SlaBreachWithdrawn(achieved_at=refuted_at, **name)
    raise TypeError(f"no event tells of {type(said).__name__}")
