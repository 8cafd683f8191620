"""The verdict on a duty: in time, late or not yet, judged by event times and never by scan times.

A pure function of what is known, so a verdict changes when an event comes late. What has been
said about it is another matter: see `cycle`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import CycleState, Escalation
from services.sla.domain.clocks import Deadline, Stretch
from services.sla.domain.duties import Duty
from services.sla.domain.terms import Cause


@dataclass(frozen=True)
class Breach:
    """The deadline `due_at` was missed, which came true at `at`."""

    at: datetime
    due_at: datetime
    cause: Cause


@dataclass(frozen=True)
class Verdict:
    """Where a cycle stands. `due_at` is the missed deadline if one was, else the present one.

    `next_at` is when to look again, None when time alone changes nothing any more.
    """

    state: CycleState
    due_at: datetime
    breach: Breach | None = None
    next_at: datetime | None = None


def judge(duty: Duty, stretches: Sequence[Stretch], now: datetime) -> Verdict:
    """Say where the duty stands at `now`. There is at least one stretch."""
    breach = next((b for b in map(_breach_in, stretches) if b and _came_true(b, duty, now)), None)
    current = stretches[-1]
    due_at = breach.due_at if breach else current.deadline.due_at
    if duty.cancelled_at:
        return Verdict(CycleState.CANCELLED, due_at, breach)
    if duty.fulfilled_at:
        return Verdict(CycleState.BREACHED if breach else CycleState.ACHIEVED, due_at, breach)
    if breach:
        return Verdict(CycleState.BREACHING, due_at, breach)
    is_imminent = bool(passed_thresholds(duty, current.deadline, now))
    state = CycleState.IMMINENT_BREACH if is_imminent else CycleState.PENDING
    next_at = None if duty.paused_since else _next_look(current, now)
    return Verdict(state, due_at, next_at=next_at)


def decisive(stretches: Sequence[Stretch], verdict: Verdict) -> Stretch:
    """The stretch whose deadline the verdict is about: where it was missed, else the present one.

    Not found by the deadline, since other terms may come to the same.
    """
    if verdict.breach is None:
        return stretches[-1]
    return [one for one in stretches if one.terms.since <= verdict.breach.at][-1]


def passed_thresholds(duty: Duty, deadline: Deadline, now: datetime) -> list[float]:
    """Tell the warnings that are due, lowest first. At 100 % there is the breach, not a warning."""
    until = min(now, duty.paused_since or now)
    if until >= deadline.due_at:
        return []
    return [alarm.threshold for alarm in deadline.alarms if alarm.at <= until]


def passed_levels(duty: Duty, deadline: Deadline, now: datetime) -> list[Escalation]:
    """Tell how far the last warning has climbed, lowest level first."""
    until = min(now, duty.paused_since or now)
    return [climb.level for climb in deadline.climbs if climb.at <= until]


def _breach_in(stretch: Stretch) -> Breach | None:
    """Find when this stretch's deadline is missed if nothing ends the duty before."""
    due_at, terms = stretch.deadline.due_at, stretch.terms
    at = max(due_at, terms.since)
    if terms.until is not None and at >= terms.until:
        return None
    return Breach(at, due_at, Cause.LATE if at == due_at else terms.cause)


def _came_true(breach: Breach, duty: Duty, now: datetime) -> bool:
    """An answer exactly at the deadline is in time. A clock that stands strikes nothing, but a
    deadline that it had passed before can be brought about while it does."""
    if duty.ended_at is not None:
        return breach.at < duty.ended_at
    return breach.at <= now and breach.due_at <= (duty.paused_since or now)


def _next_look(stretch: Stretch, now: datetime) -> datetime:
    deadline = stretch.deadline
    steps = [alarm.at for alarm in deadline.alarms] + [climb.at for climb in deadline.climbs]
    due_at = max(deadline.due_at, stretch.terms.since)
    return min((at for at in steps if at > now), default=due_at)
