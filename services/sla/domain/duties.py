"""Who owes whom what since when: a ticket's history read as duties that begin and end.

Says nothing of deadlines. One ticket owes one word at a time: the first response until somebody
has given it, the next response afterwards; beside that it owes its resolution.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from contracts.vocabulary import Metric, TicketStatus
from services.sla.domain.facts import FINISHED, History, StatusChange


class Pause(NamedTuple):
    """The clock stands from `since` on; `until` is None while it still does."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Duty:
    """The nth time that this is owed, and how that ended. `pauses` lie within it, in order.

    `inherited_at` is when a merge brought it to this ticket, None for the ticket's own.
    """

    metric: Metric
    n: int
    started_at: datetime
    fulfilled_at: datetime | None = None
    cancelled_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    inherited_at: datetime | None = None

    @property
    def owed_from(self) -> datetime:
        """Since when this ticket owes it; the deadline counts from `started_at` all the same."""
        return self.inherited_at or self.started_at

    @property
    def ended_at(self) -> datetime | None:
        return self.fulfilled_at or self.cancelled_at

    @property
    def paused_since(self) -> datetime | None:
        """Since when its clock stands, None while it runs or when the duty has ended."""
        if self.ended_at is None and self.pauses and self.pauses[-1].until is None:
            return self.pauses[-1].since
        return None


def duties_of(history: History) -> list[Duty]:
    """All that was ever owed, responses first, each kind in the order in which it began."""
    waits = _waits(history.statuses)
    duties = [*_responses(history), *_resolutions(history)]
    return [_with_pauses(duty, waits) for duty in duties]


class _Kind(IntEnum):
    """What moves a response; at one instant and in one version it is taken in this order.

    A reopening tells that the ticket had been at its end, also to whom nobody has told of the end.
    """

    REOPENED = -2
    INHERITED = -1
    ASKED = 0
    ANSWERED = 1
    FINISHED = 2


_BEGINNINGS = (_Kind.INHERITED, _Kind.ASKED)


class _Step(NamedTuple):
    at: datetime
    version: int
    kind: _Kind
    since: datetime | None = None
    """Of something inherited: since when it had waited elsewhere."""


def _responses(history: History) -> Iterator[Duty]:
    """A question begins a duty unless one is open; an answer fulfils it, an end cancels it.

    So a reopening begins the first response anew only if nobody had answered by then. A question
    that a merge brings and that has waited longer takes the place of the one that is open.
    """
    numbers, metric = Counter[Metric](), Metric.FIRST_RESPONSE
    duty: Duty | None = None
    for step in _steps(history):
        if step.kind in _BEGINNINGS:
            started_at = step.since or step.at
            if duty is not None and started_at >= duty.started_at:
                continue
            if duty is not None:
                yield replace(duty, cancelled_at=step.at)
            numbers[metric] += 1
            inherited_at = step.at if step.since else None
            duty = Duty(metric, numbers[metric], started_at, inherited_at=inherited_at)
            continue
        is_answer = step.kind is _Kind.ANSWERED
        if is_answer:
            metric = Metric.NEXT_RESPONSE  # also for a word after the end: somebody has spoken
        if duty is not None:
            yield (
                replace(duty, fulfilled_at=step.at)
                if is_answer
                else replace(duty, cancelled_at=step.at)
            )
            duty = None
    if duty is not None:
        yield duty


def _steps(history: History) -> list[_Step]:
    first = history.answered_at
    answers = [answer for answer in history.answers if first is not None and answer.at >= first]
    return sorted(
        [
            *(_Step(*reopening, _Kind.REOPENED) for reopening in history.reopenings),
            *(_Step(e.at, e.version, _Kind.INHERITED, e.since) for e in history.inheritances),
            *(_Step(*question, _Kind.ASKED) for question in history.questions),
            *(_Step(*answer, _Kind.ANSWERED) for answer in answers),
            *(_Step(e.since, e.version, _Kind.FINISHED) for e in _ends(history.statuses)),
        ]
    )


def _resolutions(history: History) -> Iterator[Duty]:
    """Open until resolved, and anew from each reopening: the time between does not count.

    Closed without having been resolved, it no longer applies.
    """
    duty: Duty | None = Duty(Metric.RESOLUTION, 1, history.created_at)
    number = 1
    for change in history.statuses:
        if change.status in FINISHED:
            if duty is not None and change.status is TicketStatus.RESOLVED:
                yield replace(duty, fulfilled_at=change.since)
            elif duty is not None:
                yield replace(duty, cancelled_at=change.since)
            duty = None
        elif duty is None:
            number += 1
            duty = Duty(Metric.RESOLUTION, number, change.since)
    if duty is not None:
        yield duty


def _ends(statuses: Sequence[StatusChange]) -> Iterator[StatusChange]:
    """Each change from an unfinished status to a finished one."""
    was_finished = False
    for change in statuses:
        if change.status in FINISHED and not was_finished:
            yield change
        was_finished = change.status in FINISHED


def _waits(statuses: Sequence[StatusChange]) -> list[Pause]:
    """The stretches in which the ticket waited for its user."""
    ends = [change.since for change in statuses[1:]]
    return [
        Pause(change.since, until)
        for change, until in zip(statuses, [*ends, None], strict=True)
        if change.status is TicketStatus.WAITING
    ]


def _with_pauses(duty: Duty, waits: Sequence[Pause]) -> Duty:
    """Give a duty the waits that fall into it. The first response knows none: until somebody has
    spoken there is nothing to wait for."""
    if duty.metric is Metric.FIRST_RESPONSE:
        return duty
    end = duty.ended_at
    within = [
        Pause(max(wait.since, duty.owed_from), _earlier(wait.until, end))
        for wait in waits
        if (wait.until is None or wait.until > duty.owed_from) and (end is None or wait.since < end)
    ]
    return replace(duty, pauses=tuple(within))


def _earlier(until: datetime | None, end: datetime | None) -> datetime | None:
    moments = [moment for moment in (until, end) if moment is not None]
    return min(moments, default=None)
