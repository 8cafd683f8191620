"""How a warning that leads to nothing climbs: from the assignee to all agents to their lead.

Every step waits for half of the working time that is then left, so that the last one still comes
before the deadline, whether that is minutes away or days. Taking the ticket acknowledges the
warning: the wait begins anew. An acknowledgement that leads to nothing runs out like any wait.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from contracts.vocabulary import Escalation
from services.sla.domain.course import Course


class Climb(NamedTuple):
    """At `at` the warning reaches that level if nobody has answered until then."""

    level: Escalation
    at: datetime


def climbs(
    course: Course, warned_at: datetime, taken_at: Sequence[datetime], *, is_assigned: bool
) -> Iterator[Climb]:
    """Tell the steps of a warning given at `warned_at`; `taken_at` is in growing order.

    A warning about a ticket that nobody has went to all agents at once.
    """
    levels = list(Escalation) if is_assigned else [Escalation.LEAD]
    share = course.share_at(warned_at)
    acknowledged = [course.share_at(at) for at in taken_at if at > warned_at]
    for level in levels:
        step = _half_way(share)
        for taken in acknowledged:
            if share < taken < step:
                share, step = taken, _half_way(taken)
        if step < 1:
            yield Climb(level, course.moment_of(step))
        share = step


def _half_way(share: float) -> float:
    return (share + 1) / 2
