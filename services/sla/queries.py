"""What sla can be asked. Reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from chassis.storage.database import plain_rows
from chassis.storage.store import Store
from contracts.sla import (
    Clocks,
    DescribeTickets,
    ExplainTicket,
    ForecastClocks,
    LackingHolidaysList,
    ListUrgent,
    TicketClocksList,
    TicketExplanation,
    UrgentCycles,
)
from contracts.vocabulary import CycleState
from services.sla.domain import TicketClock, explain, observe
from services.sla.editions import NEWEST, Editions, lacking_holidays
from services.sla.keeping import CLOCKS
from services.sla.models import ClockRow, CycleRow
from services.sla.views import clocks_view, explanation_view, opening_view, urgent_view

KEPT_CLOCKS = select(CLOCKS.c.ticket_id, CLOCKS.c.clock).where(
    CLOCKS.c.ticket_id.in_(bindparam("ticket_ids", expanding=True))
)
KEPT_CLOCKS_AND_NEWEST = KEPT_CLOCKS.add_columns(NEWEST.scalar_subquery().label("newest"))
NEXT_LOOK = (
    select(CLOCKS.c.next_at)
    .where(CLOCKS.c.next_at.is_not(None))
    .order_by(CLOCKS.c.next_at)
    .limit(1)
)
WORST_FIRST = (CycleState.BREACHING, CycleState.IMMINENT_BREACH)


def describe_tickets(store: Store, query: DescribeTickets, editions: Editions) -> TicketClocksList:
    """The clocks in the order of the tickets, as they will be once the sent facts are heard.

    Asked at every look at a ticket, so of one statement, which tells whether promises were added
    that we have not seen. Those are looked at second, and whatever the clocks go by is among them.
    """
    kept, newest = store.glance(_kept_and_newest, [facts.id for facts in query.tickets])
    known = editions.known_up_to(newest) or store.glance(editions.known_to)
    now = store.now()
    outcomes = (observe(kept.get(facts.id), facts, known, now) for facts in query.tickets)
    return TicketClocksList(tickets=[clocks_view(clock) for clock, _ in outcomes])


def explain_ticket(
    session: Session, query: ExplainTicket, editions: Editions, now: datetime
) -> TicketExplanation:
    """Why the clocks are due when they are, as they will be once the sent facts are heard."""
    kept, known = _kept_clocks(session, [query.ticket.id]), editions.known_to(session)
    clock, _ = observe(kept.get(query.ticket.id), query.ticket, known, now)
    cycles = [explanation_view(explanation) for explanation in explain(clock, known, now)]
    return TicketExplanation(ticket_id=query.ticket.id, cycles=cycles)


def forecast_clocks(query: ForecastClocks, editions: Editions) -> Clocks:
    """The clocks as they stand when a ticket is opened; whatever comes later is left out."""
    dues = editions.dues_at_opening(query.priority, query.created_at)
    return Clocks(**{metric: opening_view(due_at) for metric, due_at in dues.items()})


def list_urgent(session: Session, query: ListUrgent) -> UrgentCycles:
    """Late cycles first, those waiting longest on top; then those that soon will be late. Beyond
    the limit they are only counted."""
    found: list[Any] = []
    counts: list[int] = []
    for state in WORST_FIRST:
        is_meant = (CycleRow.state == state, CycleRow.is_paused.is_(False))
        wanted = (
            select(CycleRow, ClockRow.ticket)
            .join(ClockRow, ClockRow.ticket_id == CycleRow.ticket_id)
            .where(*is_meant)
            .order_by(CycleRow.due_at, CycleRow.ticket_id)
        )
        found += session.execute(wanted.limit(query.limit - len(found)))
        counts += session.scalars(select(func.count()).select_from(CycleRow).where(*is_meant))
    late, soon = counts
    cycles = [urgent_view(row, ticket) for row, ticket in found]
    return UrgentCycles(cycles=cycles, late=late, soon=soon)


def find_lacking_holidays(
    session: Session, editions: Editions, now: datetime
) -> LackingHolidaysList:
    """What the calendars in force go without, or soon will."""
    editions.known_to(session)
    lacking = lacking_holidays(session, editions.rules_in_force, now)
    return LackingHolidaysList(countries=lacking)


def next_look(session: Session) -> datetime | None:
    """When the next clock is due for a look; may be in the past. None when no clock runs."""
    return session.scalar(NEXT_LOOK)


def _kept_clocks(session: Session, ticket_ids: list[int]) -> dict[int, TicketClock]:
    return dict(map(tuple, plain_rows(session, KEPT_CLOCKS, ticket_ids=ticket_ids)))


def _kept_and_newest(
    session: Session, ticket_ids: list[int]
) -> tuple[dict[int, TicketClock], int | None]:
    """The clocks, and the number of the newest edition; None when there are no clocks."""
    rows = plain_rows(session, KEPT_CLOCKS_AND_NEWEST, ticket_ids=ticket_ids)
    return {row.ticket_id: row.clock for row in rows}, rows[0].newest if rows else None
