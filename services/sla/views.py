"""Cycles become rows and views: the only place that knows all three."""

from typing import Any

from contracts.sla import CycleView, TicketClocks, UrgentCycle
from contracts.tickets import TicketFacts
from contracts.vocabulary import CycleState, Metric
from services.sla.domain import Cycle
from services.sla.models import CycleRow


def columns_of(cycle: Cycle, ticket: TicketFacts) -> dict[str, Any]:
    """A row's columns by name."""
    return {
        "ticket_id": cycle.ticket_id,
        "metric": cycle.metric,
        "n": cycle.n,
        "revision": cycle.revision,
        "state": cycle.state,
        "due_at": cycle.due_at,
        "next_at": cycle.next_at,
        "achieved_at": cycle.achieved_at,
        "breached_at": cycle.breached_at,
        "cause": cycle.verdict.breach.cause if cycle.verdict.breach else None,
        "cycle": cycle,
        "ticket": ticket,
    }


def rewrite(row: CycleRow, cycle: Cycle, ticket: TicketFacts) -> None:
    """Put the cycle as it now is in its row."""
    for name, value in columns_of(cycle, ticket).items():
        setattr(row, name, value)


def clocks_view(cycle: Cycle) -> TicketClocks:
    first_response = CycleView(
        due_at=cycle.due_at,
        state=cycle.state,
        achieved_at=cycle.achieved_at,
        breached_at=cycle.breached_at,
    )
    return TicketClocks(ticket_id=cycle.ticket_id, first_response=first_response)


def urgent_view(row: CycleRow) -> UrgentCycle:
    return UrgentCycle(
        ticket_id=row.ticket_id,
        subject=row.ticket.subject,
        priority=row.ticket.priority,
        metric=Metric(row.metric),
        state=CycleState(row.state),
        due_at=row.due_at,
    )
