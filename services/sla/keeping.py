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
        _keep_cycles(session, {}, _rows(clock, ticket))
    return is_first


def keep(session: Session, row: ClockRow, clock: TicketClock, ticket: TicketFacts) -> None:
    """Store a clock that has changed; the row is locked."""
    old, new = _rows(row.clock, row.ticket), _rows(clock, ticket)
    row.next_at, row.clock, row.ticket = clock.next_at, clock, ticket
    _keep_cycles(session, old, new)


Key = tuple[int, str, int]
Columns = dict[str, Any]


def _keep_cycles(session: Session, old: dict[Key, Columns], new: dict[Key, Columns]) -> None:
    """Write what has changed: most facts change one cycle, or none."""
    connection = session.connection()
    for key in old.keys() - new.keys():
        connection.execute(delete(CYCLES).where(*_is(key)))
    fresh = [columns for key, columns in new.items() if key not in old]
    if fresh:
        connection.execute(insert(CYCLES), fresh)
    for key, columns in new.items():
        if key in old and old[key] != columns:
            connection.execute(update(CYCLES).where(*_is(key)).values(columns))


def _rows(clock: TicketClock, ticket: TicketFacts) -> dict[Key, Columns]:
    keys = [(clock.ticket_id, cycle.metric.value, cycle.n) for cycle in clock.cycles]
    return {
        key: _columns(key, cycle, ticket) for key, cycle in zip(keys, clock.cycles, strict=True)
    }


def _is(key: Key) -> list[Any]:
    return [CYCLES.c[name] == value for name, value in zip(KEY, key, strict=True)]


def _columns(key: Key, cycle: Cycle, ticket: TicketFacts) -> Columns:
    breach, agent = cycle.verdict.breach, cycle.agent
    return dict(zip(KEY, key, strict=True)) | {
        "state": cycle.state,
        "is_paused": cycle.is_paused,
        "priority": cycle.priority,
        "category": ticket.category,
        "agent_id": agent.id if agent else None,
        "agent_name": agent.name if agent else None,
        "due_at": cycle.due_at,
        "achieved_at": cycle.achieved_at,
        "breached_at": cycle.breached_at,
        "cause": breach.cause if breach else None,
        "satisfied_by": cycle.satisfied_by,
    }
