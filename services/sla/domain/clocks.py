"""When a duty starts and ends, and when it is due. Says nothing of whether it was met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from contracts.vocabulary import Priority
from services.sla.domain.calendar import Calendar
from services.sla.domain.facts import History
from services.sla.domain.policy import Policy, Target


class Alarm(NamedTuple):
    """The moment at which `threshold` of the working time has passed."""

    threshold: float
    at: datetime


@dataclass(frozen=True)
class Deadline:
    """What a start and a target come to by a calendar."""

    due_at: datetime
    alarms: tuple[Alarm, ...]


class Stretch(NamedTuple):
    """A part of the duty under one priority; `until` is None for the last."""

    since: datetime
    until: datetime | None
    deadline: Deadline


@dataclass(frozen=True)
class Duty:
    """Who waits since when: the nth time that a first response is owed, and how that ended."""

    n: int
    started_at: datetime
    answered_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def ended_at(self) -> datetime | None:
        return self.answered_at or self.cancelled_at


def deadline(start: datetime, target: Target, calendar: Calendar) -> Deadline:
    """Count the target from the start on, and the warnings on the way."""
    alarms = (
        Alarm(share, calendar.add(start, target.working * share)) for share in target.warnings
    )
    return Deadline(calendar.add(start, target.working), tuple(alarms))


def duty_of(history: History) -> Duty:
    """Find the first response that is owed, or was.

    A reopening starts it anew only if nobody had answered by then.
    """
    answered_at = history.answered_at
    unanswered = [at for at in history.reopenings if answered_at is None or at <= answered_at]
    started_at = max([history.created_at, *unanswered])
    closed_at = _closed_at(history, started_at)
    if answered_at is not None and (closed_at is None or answered_at <= closed_at):
        return Duty(1 + len(unanswered), started_at, answered_at=answered_at)
    return Duty(1 + len(unanswered), started_at, cancelled_at=closed_at)


def _closed_at(history: History, started_at: datetime) -> datetime | None:
    """Find when the ticket was closed in this duty. An open one with no answer was not."""
    if history.answered_at is None and history.finished_at is None:
        return None
    closings = [at for at in history.closings if at > started_at]
    return min(closings, default=history.finished_at)


def deadlines_of(
    duty: Duty,
    history: History,
    *,
    policy: Policy,
    calendars: Mapping[str, Calendar],
    given: Mapping[Priority, Deadline],
) -> dict[Priority, Deadline]:
    """Give each priority the ticket has had its deadline; those already `given` stand."""
    targets = policy.first_response
    return {
        priority: given.get(priority)
        or deadline(duty.started_at, targets[priority], calendars[targets[priority].calendar])
        for priority in sorted({change.priority for change in history.priorities})
    }


def stretches_of(
    duty: Duty, history: History, deadlines: Mapping[Priority, Deadline]
) -> list[Stretch]:
    """Cut the duty where its priority changed. What changed after its end changed nothing."""
    ended_at = duty.ended_at
    changes = [c for c in history.priorities if ended_at is None or c.since < ended_at]
    changes = changes or list(history.priorities[:1])
    ends: list[datetime | None] = [change.since for change in changes[1:]]
    return [
        Stretch(max(change.since, duty.started_at), until, deadlines[change.priority])
        for change, until in zip(changes, [*ends, None], strict=True)
    ]
