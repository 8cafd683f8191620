"""Why a clock is due when it is: every minute that was counted, and every one that was not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.vocabulary import CycleStart, Metric
from services.sla.domain.breach import decisive
from services.sla.domain.calendar import Calendar
from services.sla.domain.clocks import Stretch
from services.sla.domain.cycle import Cycle, TicketClock
from services.sla.domain.duties import Duty
from services.sla.domain.facts import History
from services.sla.domain.policy import Edition, Target
from services.sla.domain.watch import cycle_of, weigh


class CountedWindow(NamedTuple):
    """Working time that was counted, half-open."""

    since: datetime
    until: datetime


class LeftOut(NamedTuple):
    """A pause; of it `working` would have been counted. `until` is None while it lasts."""

    since: datetime
    until: datetime | None
    working: timedelta


@dataclass(frozen=True)
class Explanation:
    """How a cycle's deadline came about.

    `inherited_from` is the ticket in which it had waited, None when nobody has told or when it is
    this ticket's own. `stretches` are the terms under which it ran, one after another, each with
    the deadline they made; `decisive` is the one of the deadline that stands. The lengths of
    `windows` add up to its target; while a pause lasts they end with its begin, and `left` is the
    rest, None when the clock runs or has ended.
    """

    cycle: Cycle
    started_by: CycleStart
    inherited_from: int | None
    decisive: Stretch
    stretches: Sequence[Stretch]
    windows: Sequence[CountedWindow]
    pauses: Sequence[LeftOut]
    left: timedelta | None = None

    def is_after_breach(self, stretch: Stretch) -> bool:
        """Had the deadline been missed before these terms began? Then they change nothing."""
        breached_at = self.cycle.breached_at
        return breached_at is not None and breached_at < stretch.terms.since


def explain(clock: TicketClock, editions: Sequence[Edition], now: datetime) -> list[Explanation]:
    """Explain every cycle of a ticket as it stands at `now`."""
    clock = replace(clock, judged_at=max(now, clock.judged_at))
    explanations = []
    for weighed in weigh(clock, editions):
        stretch = decisive(weighed.stretches, weighed.verdict)
        terms = stretch.terms
        calendar = terms.edition.policy.calendars[terms.target.calendar]
        due_at = stretch.deadline.due_at
        windows = list(_counted(weighed.duty, calendar, due_at))
        explanations.append(
            Explanation(
                cycle_of(weighed, clock.history),
                _start_of(weighed.duty, clock.history),
                _source_of(weighed.duty, clock.history),
                stretch,
                weighed.stretches,
                windows,
                list(_left_out(weighed.duty, calendar, due_at, clock.judged_at)),
                _left(weighed.duty, terms.target, windows),
            )
        )
    return explanations


def _start_of(duty: Duty, history: History) -> CycleStart:
    """A resolution that was not owed from the opening is owed from a reopening."""
    if duty.inherited_at:
        return CycleStart.INHERITED
    if duty.started_at in {reopening.at for reopening in history.reopenings}:
        return CycleStart.REOPENED
    if duty.started_at == history.created_at:
        return CycleStart.OPENED
    return CycleStart.REOPENED if duty.metric is Metric.RESOLUTION else CycleStart.MESSAGE


def _source_of(duty: Duty, history: History) -> int | None:
    return history.source_of(duty.inherited_at, duty.started_at) if duty.inherited_at else None


def _counted(duty: Duty, calendar: Calendar, due_at: datetime) -> Iterator[CountedWindow]:
    """Up to the deadline, or to the begin of a pause that lasts."""
    at = duty.started_at
    for pause in duty.pauses:
        if pause.since >= due_at:
            break
        yield from _windows(calendar, at, pause.since)
        if pause.until is None:
            return
        at = pause.until
    yield from _windows(calendar, at, due_at)


def _left(duty: Duty, target: Target, windows: Sequence[CountedWindow]) -> timedelta | None:
    """What a clock that stands has still to run; None when it was late before it stood."""
    counted = sum((window.until - window.since for window in windows), timedelta())
    left = target.working - counted
    return left if duty.paused_since and left else None


def _windows(calendar: Calendar, since: datetime, until: datetime) -> Iterator[CountedWindow]:
    return (CountedWindow(*window) for window in calendar.windows_between(since, until))


def _left_out(duty: Duty, calendar: Calendar, due_at: datetime, now: datetime) -> Iterator[LeftOut]:
    for pause in duty.pauses:
        if pause.since < due_at:
            until = max(pause.since, now) if pause.until is None else pause.until
            yield LeftOut(pause.since, pause.until, calendar.between(pause.since, until))
