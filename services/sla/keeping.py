"""A ticket's clock goes into its row, and each cycle into one that is searched and counted."""

from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent, table_of
from contracts.tickets import TicketFacts
from services.sla.domain import Cycle, TicketClock
from services.sla.models import ClockRow, CycleRow

CYCLES = table_of(CycleRow)
KEY = ("ticket_id", "metric", "n")


def keep_new(session: Session, clock: TicketClock, ticket: TicketFacts) -> bool:
    """Store the first clock of a ticket; False when somebody else was quicker."""
    is_first = insert_if_absent(
        session,
        ClockRow,
        ticket_id=clock.ticket_id,
        next_at=clock.next_at,
        clock=clock,
        ticket=ticket,
    )
    if is_first:
        _keep_cycles(session, None, clock)
    return is_first


def keep(session: Session, row: ClockRow, clock: TicketClock, ticket: TicketFacts) -> None:
    """Store a clock that has changed; the row is locked."""
    before = row.clock
    row.next_at, row.clock, row.ticket = clock.next_at, clock, ticket
    _keep_cycles(session, before, clock)


def _keep_cycles(session: Session, before: TicketClock | None, clock: TicketClock) -> None:
    """Write what has changed: most facts change one cycle, or none."""
    old = _by_key(before) if before else {}
    new = _by_key(clock)
    connection = session.connection()
    for key in old.keys() - new.keys():
        connection.execute(delete(CYCLES).where(*_is(key)))
    fresh = [_columns(key, cycle) for key, cycle in new.items() if key not in old]
    if fresh:
        connection.execute(insert(CYCLES), fresh)
    for key, cycle in new.items():
        if key in old and old[key] != cycle:
            connection.execute(update(CYCLES).where(*_is(key)).values(_columns(key, cycle)))


Key = tuple[int, str, int]


def _by_key(clock: TicketClock) -> dict[Key, Cycle]:
    return {(clock.ticket_id, c.metric.value, c.n): c for c in clock.cycles}


def _is(key: Key) -> list[Any]:
    return [CYCLES.c[name] == value for name, value in zip(KEY, key, strict=True)]


def _columns(key: Key, cycle: Cycle) -> dict[str, Any]:
    breach = cycle.verdict.breach
    return dict(zip(KEY, key, strict=True)) | {
        "state": cycle.state,
        "is_paused": cycle.is_paused,
        "priority": cycle.priority,
        "due_at": cycle.due_at,
        "achieved_at": cycle.achieved_at,
        "breached_at": cycle.breached_at,
        "cause": breach.cause if breach else None,
    }
