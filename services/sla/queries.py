"""What sla can be asked. Reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from contracts.sla import (
    Clocks,
    CycleView,
    DescribeTickets,
    ForecastClocks,
    GetSlaStats,
    ListUrgent,
    SlaStats,
    TicketClocksList,
    UrgentCycles,
)
from contracts.vocabulary import CycleState, Metric
from services.sla.domain import Cycle, observe
from services.sla.models import CycleRow
from services.sla.promises import Promises
from services.sla.views import clocks_view, urgent_view

WORST_FIRST = (CycleState.BREACHING, CycleState.IMMINENT_BREACH)


def describe_tickets(
    session: Session, query: DescribeTickets, promises: Promises, now: datetime
) -> TicketClocksList:
    """The clocks in the order of the tickets, as they will be once the sent facts are heard."""
    known = _known_cycles(session, [facts.id for facts in query.tickets])
    policy, calendars = promises.policy, promises.calendars
    outcomes = (
        observe(known.get(facts.id), facts, policy=policy, calendars=calendars, now=now)
        for facts in query.tickets
    )
    return TicketClocksList(tickets=[clocks_view(cycle) for cycle, _ in outcomes])


def forecast_clocks(query: ForecastClocks, promises: Promises) -> Clocks:
    """The clocks as they stand when a ticket is opened; whatever comes later is left out."""
    due_at = promises.first_response_due(query.priority, query.created_at)
    return Clocks(first_response=CycleView(due_at=due_at, state=CycleState.PENDING))


def list_urgent(session: Session, query: ListUrgent) -> UrgentCycles:
    """Late cycles first, those waiting longest on top; then those that soon will be late."""
    rows: list[CycleRow] = []
    for state in WORST_FIRST:
        wanted = select(CycleRow).where(CycleRow.state == state)
        by_deadline = wanted.order_by(CycleRow.due_at, CycleRow.ticket_id)
        rows += session.scalars(by_deadline.limit(query.limit - len(rows)))
    return UrgentCycles(cycles=[urgent_view(row) for row in rows])


def get_sla_stats(session: Session, query: GetSlaStats) -> SlaStats:
    """Cycles decided in [from_at, to_at): answered in time, or found late.

    A breach that was withdrawn is none, and a cancelled cycle no longer applies.
    """
    is_late = CycleRow.state.in_([CycleState.BREACHING, CycleState.BREACHED])
    met = _count(session, CycleRow.state == CycleState.ACHIEVED, CycleRow.achieved_at, query)
    breached = _count(session, is_late, CycleRow.breached_at, query)
    decided = met + breached
    return SlaStats(met=met, breached=breached, compliance=met / decided if decided else None)


def next_look(session: Session) -> datetime | None:
    """When the next cycle is due for a look; may be in the past. None when no clock runs."""
    running = select(CycleRow.next_at).where(CycleRow.next_at.is_not(None))
    return session.scalar(running.order_by(CycleRow.next_at).limit(1))


def _known_cycles(session: Session, ticket_ids: list[int]) -> dict[int, Cycle]:
    known = select(CycleRow.ticket_id, CycleRow.cycle).where(
        CycleRow.ticket_id.in_(ticket_ids), CycleRow.metric == Metric.FIRST_RESPONSE
    )
    return dict(session.execute(known).all())


def _count(session: Session, is_so: ColumnElement[bool], moment: Any, query: GetSlaStats) -> int:
    is_within = (moment >= query.from_at) & (moment < query.to_at)
    return session.scalar(select(func.count()).select_from(CycleRow).where(is_so, is_within)) or 0
