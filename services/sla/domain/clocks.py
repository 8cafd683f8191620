"""When a duty is due. Says nothing of whether it was met.

A deadline is a pure function of start, target, calendar and pauses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.sla.domain.climbing import Climb, climbs
from services.sla.domain.course import Course
from services.sla.domain.duties import Duty
from services.sla.domain.facts import History
from services.sla.domain.terms import Terms


class Alarm(NamedTuple):
    """The moment at which `threshold` of the working time has passed."""

    threshold: float
    at: datetime


@dataclass(frozen=True)
class Deadline:
    """What a start, a target and the pauses come to by a calendar.

    `alarms` are warnings on the way; `climbs` are where the last of them goes if it leads to
    nothing. Both in growing order.
    """

    due_at: datetime
    alarms: tuple[Alarm, ...]
    climbs: tuple[Climb, ...] = ()


class Stretch(NamedTuple):
    """A part of the duty under the same terms."""

    terms: Terms
    deadline: Deadline


def stretches_of(duty: Duty, terms: Sequence[Terms], history: History) -> list[Stretch]:
    """Tell when the duty is due under each of its terms, counted from its start every time."""
    return [Stretch(each, _deadline_under(duty, each, history)) for each in terms]


def _deadline_under(duty: Duty, terms: Terms, history: History) -> Deadline:
    calendar = terms.edition.policy.calendars[terms.target.calendar]
    course = Course(duty.started_at, terms.target, calendar, duty.pauses)
    alarms = tuple(Alarm(share, course.moment_of(share)) for share in terms.target.warnings)
    if not alarms:
        return Deadline(course.due_at, alarms)
    warned_at = max(alarms[-1].at, terms.since)
    is_assigned = history.holder_at(warned_at) is not None
    steps = climbs(course, warned_at, history.taken_at, is_assigned=is_assigned)
    return Deadline(course.due_at, alarms, tuple(steps))
