"""When a duty is due. Says nothing of whether it was met.

A deadline is a pure function of start, target, calendar and pauses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from services.sla.domain.calendar import Calendar
from services.sla.domain.duties import Duty, Pause
from services.sla.domain.policy import Target
from services.sla.domain.terms import Terms


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
    """A part of the duty under the same terms."""

    terms: Terms
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


def stretches_of(duty: Duty, terms: Sequence[Terms]) -> list[Stretch]:
    """Tell when the duty is due under each of its terms, counted from its start every time."""
    return [Stretch(each, _deadline_under(duty, each)) for each in terms]


def _deadline_under(duty: Duty, terms: Terms) -> Deadline:
    calendar = terms.edition.policy.calendars[terms.target.calendar]
    return deadline(duty.started_at, terms.target, calendar, duty.pauses)
