"""A ticket's clock goes into its row, and each cycle into one that is searched and counted.

Rows are read and written as rows, not as objects (docs/adr/0041).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent, plain_rows, table_of
from contracts.tickets import TicketFacts
from services.sla.domain import Cycle, TicketClock
from services.sla.models import ClockRow, CycleRow

CLOCKS = table_of(ClockRow)
CYCLES = table_of(CycleRow)
KEY = ("ticket_id", "metric", "n")

# Built once: for a short statement SQLAlchemy takes longer to build it than the database to obey.
KEPT = select(CLOCKS.c.ticket_id, CLOCKS.c.next_at, CLOCKS.c.clock, CLOCKS.c.ticket)
THIS_CLOCK = CLOCKS.c.ticket_id == bindparam("this_ticket_id")
KEPT_OF_TICKET = KEPT.where(THIS_CLOCK).with_for_update()
KEEP = update(CLOCKS).where(THIS_CLOCK)
THIS_ONE = [CYCLES.c[name] == bindparam(f"this_{name}") for name in KEY]
ADD = insert(CYCLES)
CHANGE = update(CYCLES).where(*THIS_ONE)
REMOVE = delete(CYCLES).where(*THIS_ONE)


class Kept(NamedTuple):
    """The clock of a ticket as it is kept, beside the newest that is known of the ticket."""

    ticket_id: int
    next_at: datetime | None
    clock: TicketClock
    ticket: TicketFacts


def find_kept(session: Session, ticket_id: int) -> Kept | None:
    """The clock of a ticket, locked until the transaction ends."""
    found = all_kept(session, KEPT_OF_TICKET, this_ticket_id=ticket_id)
    return found[0] if found else None


def all_kept(session: Session, wanted: Select[Any], **asked: Any) -> list[Kept]:
    """The clocks that a statement made from `KEPT` finds, locked if it says so."""
    return [Kept._make(row) for row in plain_rows(session, wanted, **asked)]


def keep_new(session: Session, clock: TicketClock, ticket: TicketFacts) -> bool:
    """Store the first clock of a ticket; False when somebody else was quicker."""
    is_first = insert_if_absent(session, ClockRow, **_clock_columns(clock, ticket))
    if is_first:
        _write_cycles(session, [({}, _rows(clock, ticket))])
    return is_first


def keep_all_new(session: Session, clocks: Sequence[tuple[TicketClock, TicketFacts]]) -> None:
    """Store the first clocks of many tickets of which nobody else hears meanwhile."""
    session.connection().execute(insert(CLOCKS), [_clock_columns(*each) for each in clocks])
    _write_cycles(session, [({}, _rows(*each)) for each in clocks])


def keep(session: Session, changed: Sequence[tuple[Kept, TicketClock, TicketFacts]]) -> None:
    """Store what clocks and tickets are now; what they were was read locked."""
    _write_cycles(
        session,
        [(_rows(kept.clock, kept.ticket), _rows(clock, ticket)) for kept, clock, ticket in changed],
    )
    moved, heard = [], []
    for kept, clock, ticket in changed:
        this, now = {"this_ticket_id": kept.ticket_id}, _clock_now(clock)
        if kept.ticket != ticket:
            heard.append(this | now | {"ticket": ticket})
        elif (kept.next_at, kept.clock) != (clock.next_at, clock):
            moved.append(
                this | now
            )  # a ticket of which nothing was heard may be of a newer version
    for rows in (moved, heard):
        if rows:
            session.connection().execute(KEEP, rows)


Key = tuple[int, str, int]
Columns = dict[str, Any]


def _write_cycles(
    session: Session, changes: Iterable[tuple[dict[Key, Columns], dict[Key, Columns]]]
) -> None:
    """Write what is otherwise after than before: most facts change one cycle, or none."""
    gone, fresh, changed = [], [], []
    for old, new in changes:
        gone += [_this(key) for key in old if key not in new]
        fresh += [columns for key, columns in new.items() if key not in old]
        changed += [
            _this(key) | columns
            for key, columns in new.items()
            if key in old and old[key] != columns
        ]
    connection = session.connection()
    for statement, rows in ((REMOVE, gone), (ADD, fresh), (CHANGE, changed)):
        if rows:
            connection.execute(statement, rows)


def _rows(clock: TicketClock, ticket: TicketFacts) -> dict[Key, Columns]:
    keys = [(clock.ticket_id, cycle.metric.value, cycle.n) for cycle in clock.cycles]
    return {
        key: _columns(key, cycle, ticket) for key, cycle in zip(keys, clock.cycles, strict=True)
    }


def _this(key: Key) -> dict[str, Any]:
    return {f"this_{name}": value for name, value in zip(KEY, key, strict=True)}


def _clock_columns(clock: TicketClock, ticket: TicketFacts) -> dict[str, Any]:
    return {"ticket_id": clock.ticket_id, "ticket": ticket} | _clock_now(clock)


def _clock_now(clock: TicketClock) -> dict[str, Any]:
    return {"next_at": clock.next_at, "clock": clock}


def _columns(key: Key, cycle: Cycle, ticket: TicketFacts) -> Columns:
    agent = cycle.agent
    counted = None if _goes_on_elsewhere(cycle, ticket) else cycle
    return dict(zip(KEY, key, strict=True)) | {
        "state": cycle.state,
        "is_paused": cycle.is_paused,
        "priority": cycle.priority,
        "category": ticket.category,
        "agent_id": agent.id if agent else None,
        "agent_name": agent.name if agent else None,
        "due_at": cycle.due_at,
        "achieved_at": cycle.achieved_at,
        "breached_at": counted and counted.breached_at,
        "cause": counted and counted.cause,
        "satisfied_by": cycle.satisfied_by,
    }


def _goes_on_elsewhere(cycle: Cycle, ticket: TicketFacts) -> bool:
    """Was it cancelled because what was asked is owed on: in the ticket into which this one was
    merged, or by a cycle that has waited longer? Then how late it is, is counted there; in a ticket
    that somebody had answered it goes on as a next response, which figures leave out."""
    cancelled_at = cycle.duty.cancelled_at
    is_merged = ticket.merged_into is not None and cancelled_at == ticket.status_since
    return cancelled_at is not None and (is_merged or cycle.duty.is_superseded)
