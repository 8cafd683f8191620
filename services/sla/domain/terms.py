"""The terms by which a duty is counted: a priority and an edition of the promises, from when on.

Most duties keep one pair for life. A changed priority or a recount begins other terms; what came
true under the earlier ones stays true.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from contracts.vocabulary import Priority
from services.sla.domain.duties import Duty
from services.sla.domain.facts import PriorityChange
from services.sla.domain.policy import Edition, Target, in_force


class Cause(StrEnum):
    """What made a deadline be missed."""

    LATE = "late"
    REPRIORITISED = "reprioritised"
    """A raised priority moved the deadline into the past."""
    RECOUNTED = "recounted"
    """A recount by newer promises moved the deadline into the past."""


class Terms(NamedTuple):
    """In force from `since` to `until`, None for the last. `cause` is what brought them."""

    since: datetime
    until: datetime | None
    priority: Priority
    edition: Edition
    target: Target
    cause: Cause


def terms_of(
    duty: Duty,
    priorities: Sequence[PriorityChange],
    editions: Sequence[Edition],
    recounted_at: Sequence[datetime] = (),
) -> list[Terms]:
    """Tell the terms of a duty one after another; what changed after its end changed nothing.

    It keeps the edition of its begin, also when that one does not promise the metric. A recount
    takes the edition then in force, unless that one promises it no longer. Empty when nothing was
    ever promised.
    """
    begins = _begins(duty, priorities, recounted_at)
    terms: list[Terms] = []
    edition = None
    for (since, cause), until in zip(begins, [*(at for at, _ in begins[1:]), None], strict=True):
        if since == duty.owed_from or since in recounted_at:
            candidate = in_force(editions, _begin_of_promise(duty, since))
            edition = candidate if duty.metric in candidate.policy.targets else edition
        if edition is not None:
            priority = _priority_at(since, priorities)
            target = edition.policy.targets[duty.metric][priority]
            terms.append(Terms(since, until, priority, edition, target, cause))
    return terms


def _begins(
    duty: Duty, priorities: Sequence[PriorityChange], recounted_at: Sequence[datetime]
) -> list[tuple[datetime, Cause]]:
    """When other terms began, and why: a priority changed in the moment of a recount tells more."""
    causes = dict.fromkeys(recounted_at, Cause.RECOUNTED)
    causes |= {change.since: Cause.REPRIORITISED for change in priorities}
    later = sorted(at for at in causes if at > duty.owed_from)
    within = [at for at in later if duty.ended_at is None or at < duty.ended_at]
    return [(duty.owed_from, Cause.LATE), *((at, causes[at]) for at in within)]


def _begin_of_promise(duty: Duty, since: datetime) -> datetime:
    return duty.started_at if since == duty.owed_from else since


def _priority_at(at: datetime, priorities: Sequence[PriorityChange]) -> Priority:
    """The first one counts also for what began before it."""
    begun = [change.priority for change in priorities if change.since <= at]
    return begun[-1] if begun else priorities[0].priority
