"""Clocks become views of the contract."""

from datetime import datetime

from contracts.sla import (
    CountedHolidays,
    CountedTerms,
    CountedWindow,
    CycleExplanation,
    CycleView,
    HolidaysView,
    HolidayView,
    ImportHolidays,
    LeftOutPause,
    TicketClocks,
    UrgentCycle,
)
from contracts.tickets import TicketFacts
from contracts.vocabulary import CycleState, Metric
from services.sla.domain import Cycle, Explanation, TicketClock
from services.sla.domain.clocks import Stretch
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


def explanation_view(explanation: Explanation) -> CycleExplanation:
    cycle = explanation.cycle
    return CycleExplanation(
        **dict(_cycle_view(cycle)),
        metric=cycle.metric,
        cycle=cycle.n,
        started_at=cycle.duty.started_at,
        started_by=explanation.started_by,
        inherited_at=cycle.duty.inherited_at,
        inherited_from=explanation.inherited_from,
        cause=cycle.cause,
        decisive=_terms_view(explanation, explanation.decisive),
        terms=[_terms_view(explanation, stretch) for stretch in explanation.stretches],
        windows=[CountedWindow(**window._asdict()) for window in explanation.windows],
        pauses=[
            LeftOutPause(
                since=pause.since,
                until=pause.until,
                left_out_seconds=pause.working.total_seconds(),
            )
            for pause in explanation.pauses
        ],
        left_seconds=None if explanation.left is None else explanation.left.total_seconds(),
    )


def _terms_view(explanation: Explanation, stretch: Stretch) -> CountedTerms:
    terms, policy = stretch.terms, stretch.terms.edition.policy
    calendar = policy.calendars[terms.target.calendar]
    holidays = CountedHolidays(**calendar.holidays._asdict()) if calendar.holidays else None
    return CountedTerms(
        since=terms.since,
        priority=terms.priority,
        target_minutes=terms.target.minutes,
        calendar=terms.target.calendar,
        timezone=calendar.zone,
        policy_version=policy.version,
        policy_since=terms.edition.since,
        due_at=stretch.deadline.due_at,
        cause=terms.cause,
        is_after_breach=explanation.is_after_breach(stretch),
        holidays=holidays,
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
        satisfied_by=cycle.satisfied_by,
    )
