"""Clocks become views of the contract."""

from datetime import datetime

from contracts.sla import (
    CycleView,
    HolidaysView,
    HolidayView,
    ImportHolidays,
    TicketClocks,
    UrgentCycle,
)
from contracts.tickets import TicketFacts
from contracts.vocabulary import CycleState, Metric
from services.sla.domain import Cycle, TicketClock
from services.sla.library import Told
from services.sla.models import CycleRow


def clocks_view(clock: TicketClock) -> TicketClocks:
    """Of each metric the cycle that began last."""
    first = clock.latest(Metric.FIRST_RESPONSE)
    assert first is not None, "a policy always promises the first response"
    return TicketClocks(
        ticket_id=clock.ticket_id,
        first_response=_cycle_view(first),
        next_response=_maybe(clock.latest(Metric.NEXT_RESPONSE)),
        resolution=_maybe(clock.latest(Metric.RESOLUTION)),
    )


def urgent_view(row: CycleRow, ticket: TicketFacts) -> UrgentCycle:
    return UrgentCycle(
        ticket_id=row.ticket_id,
        subject=ticket.subject,
        priority=ticket.priority,
        metric=Metric(row.metric),
        state=CycleState(row.state),
        due_at=row.due_at,
    )


def opening_view(due_at: datetime) -> CycleView:
    """The clock of a ticket that is just being opened."""
    return CycleView(due_at=due_at, state=CycleState.PENDING)


def holidays_view(
    version: int, told: Told, command: ImportHolidays, *, is_new: bool, calendars: list[str]
) -> HolidaysView:
    """What was imported of the years asked for."""
    return HolidaysView(
        country=command.country,
        version=version,
        is_new=is_new,
        library=told.library,
        days=[HolidayView(**vars(holiday)) for holiday in told.days],
        calendars=calendars,
    )


def _maybe(cycle: Cycle | None) -> CycleView | None:
    return _cycle_view(cycle) if cycle else None


def _cycle_view(cycle: Cycle) -> CycleView:
    return CycleView(
        due_at=cycle.due_at,
        state=cycle.state,
        paused=cycle.is_paused,
        achieved_at=cycle.achieved_at,
        breached_at=cycle.breached_at,
    )
