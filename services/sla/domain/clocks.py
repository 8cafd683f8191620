"""When a duty is due. Says nothing of whether it was met.

A deadline is a pure function of start, target, calendar and pauses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.vocabulary import Priority
from services.sla.domain.calendar import Calendar
from services.sla.domain.duties import Duty, Pause
from services.sla.domain.facts import History
from services.sla.domain.policy import Policy, Target


class Alarm(NamedTuple):
    """The moment at which `threshold` of the working time has passed."""

    threshold: float
    at: datetime


@dataclass(frozen=True)
class Deadline:
    """What a start, a target and the pauses come to by a calendar."""

    due_at: datetime
    alarms: tuple[Alarm, ...]


class Stretch(NamedTuple):
    """A part of the duty under one priority; `until` is None for the last."""

    since: datetime
    until: datetime | None
    priority: Priority
    deadline: Deadline


def deadline(
    start: datetime, target: Target, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> Deadline:
    """Count the target from the start on, and the warnings on the way.

    Of a pause only what lies in working time is left out. While one lasts, what would come after
    its begin is told as if the clock ran on at once; it is later, nobody knows how much.
    """

    def moment_of(working: timedelta) -> datetime:
        at = start
        for pause in pauses:
            worked = calendar.between(at, pause.since)
            if pause.until is None or worked >= working:
                break
            working -= worked
            at = pause.until
        return calendar.add(at, working)

    alarms = (Alarm(share, moment_of(target.working * share)) for share in target.warnings)
    return Deadline(moment_of(target.working), tuple(alarms))


def stretches_of(duty: Duty, history: History, policy: Policy) -> list[Stretch]:
    """Cut the duty where its priority changed; what changed after its end changed nothing.

    Empty when nothing is promised for its metric.
    """
    targets, ended_at = policy.targets.get(duty.metric), duty.ended_at
    if targets is None:
        return []
    changes = [c for c in history.priorities if ended_at is None or c.since < ended_at]
    changes = changes or list(history.priorities[:1])
    ends: list[datetime | None] = [change.since for change in changes[1:]]
    stretches = []
    for change, until in zip(changes, [*ends, None], strict=True):
        if until is None or until > duty.started_at:
            target = targets[change.priority]
            calendar = policy.calendars[target.calendar]
            due = deadline(duty.started_at, target, calendar, duty.pauses)
            since = max(change.since, duty.started_at)
            stretches.append(Stretch(since, until, change.priority, due))
    return stretches
