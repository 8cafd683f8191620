"""Who owes whom what since when: a ticket's history read as duties that begin and end.

Says nothing of deadlines. One ticket owes one word at a time: the first response until somebody
has given it, the next response afterwards; beside that it owes its resolution.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

from contracts.vocabulary import Metric, TicketStatus
from services.sla.domain.facts import FINISHED, History, Moment, StatusChange


class Pause(NamedTuple):
    """The clock stands from `since` on; `until` is None while it still does."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Duty:
    """The nth time that this is owed, and how that ended. `pauses` lie within it, in order.

    `inherited_at` is when a merge brought it to this ticket, None for the ticket's own.
    `is_by_incident`: the notice of an incident fulfilled it, and no agent's answer.
    `is_superseded`: it was cancelled because another that has waited longer took its place.
    """

    metric: Metric
    n: int
    started_at: datetime
    fulfilled_at: datetime | None = None
    cancelled_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    inherited_at: datetime | None = None
    is_by_incident: bool = False
    is_superseded: bool = False

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
    NOTICED = 2
    FINISHED = 3


_BEGINNINGS = (_Kind.INHERITED, _Kind.ASKED)


class _Step(NamedTuple):
    at: datetime
    version: int
    kind: _Kind
    since: datetime | None = None
    """Of something inherited: since when it had waited elsewhere."""


def _responses(history: History) -> list[Duty]:
    book = _Book()
    for step in _steps(history):
        book.enter(step)
    return book.duties


class _Book:
    """The responses that are owed, step by step. One at a time is open."""

    def __init__(self) -> None:
        self._ended = list[Duty]()
        self._open: Duty | None = None
        self._metric = Metric.FIRST_RESPONSE
        self._numbers = Counter[Metric]()

    @property
    def duties(self) -> list[Duty]:
        return [*self._ended, self._open] if self._open else self._ended

    def enter(self, step: _Step) -> None:
        """A question begins a duty, an answer fulfils it, an end cancels it.

        So a reopening begins the first response anew only if nobody had answered by then. The
        notice of an incident that concerns the ticket is its first response, never a later one.
        """
        if step.kind in _BEGINNINGS:
            self._begin(step)
        elif step.kind is _Kind.ANSWERED:
            self._respond(step.at)
        elif step.kind is _Kind.NOTICED:
            if self._metric is Metric.FIRST_RESPONSE:
                self._respond(step.at, is_by_incident=True)
        else:
            self._close(cancelled_at=step.at)

    def _begin(self, step: _Step) -> None:
        """Unless one is open; but what a merge brings, and has waited longer, takes its place."""
        started_at = step.since or step.at
        if self._open is not None and started_at >= self._open.started_at:
            return
        self._close(cancelled_at=step.at, is_superseded=True)
        self._numbers[self._metric] += 1
        self._open = Duty(
            self._metric,
            self._numbers[self._metric],
            started_at,
            inherited_at=step.at if step.since else None,
        )

    def _respond(self, at: datetime, *, is_by_incident: bool = False) -> None:
        """Also for a word after the end: somebody has spoken, and the next is a next response."""
        self._metric = Metric.NEXT_RESPONSE
        self._close(fulfilled_at=at, is_by_incident=is_by_incident)

    def _close(self, **how: Any) -> None:
        if self._open is not None:
            self._ended.append(replace(self._open, **how))
            self._open = None


def _steps(history: History) -> list[_Step]:
    first = history.answered_at
    answers = [answer for answer in history.answers if first is not None and answer.at >= first]
    mistake = history.unlinked_at
    notices = [notice for notice in history.notices if mistake is None or notice.at > mistake]
    return sorted(
        [
            *(_Step(*reopening, _Kind.REOPENED) for reopening in history.reopenings),
            *(_Step(e.at, e.version, _Kind.INHERITED, e.since) for e in history.inheritances),
            *(_Step(*question, _Kind.ASKED) for question in _own_questions(history)),
            *(_Step(*answer, _Kind.ANSWERED) for answer in answers),
            *(_Step(*notice, _Kind.NOTICED) for notice in notices),
            *(_Step(turn.at, turn.version, _Kind.FINISHED) for turn in _ends(history)),
        ]
    )


def _own_questions(history: History) -> list[Moment]:
    """What was asked in this ticket; what a merge brought is owed here since the merge alone."""
    brought = {(one.since, one.version) for one in history.inheritances}
    return [
        question
        for question in history.questions
        if not any(question.at == at and question.version >= since for at, since in brought)
    ]


def _resolutions(history: History) -> Iterator[Duty]:
    """Open until resolved, and anew from each reopening: the time between does not count.

    Closed without having been resolved, it no longer applies.
    """
    duty: Duty | None = Duty(Metric.RESOLUTION, 1, history.created_at)
    number = 1
    for at, _, status in _turns(history):
        is_end = status in FINISHED
        if duty is not None and (is_end or (status is None and duty.started_at < at)):
            is_closed = status is TicketStatus.CLOSED
            yield replace(duty, cancelled_at=at) if is_closed else replace(duty, fulfilled_at=at)
            duty = None
        if duty is None and not is_end:
            number += 1
            duty = Duty(Metric.RESOLUTION, number, at)
    if duty is not None:
        yield duty


class _Turn(NamedTuple):
    """A status began; None for a reopening. That tells that the ticket had been resolved, also in
    the moment of the reopening itself: a message from before may be worked on after the end."""

    at: datetime
    version: int
    status: TicketStatus | None


def _turns(history: History) -> list[_Turn]:
    statuses = [_Turn(*change) for change in history.statuses]
    reopenings = [_Turn(*reopening, None) for reopening in history.reopenings]
    turns = [*reopenings, *statuses]  # of one version the reopening was first: its status is known
    return sorted(turns, key=lambda turn: (turn.at, turn.version))


def _ends(history: History) -> Iterator[_Turn]:
    """Each change from an unfinished status to a finished one."""
    was_finished = False
    for turn in _turns(history):
        is_finished = turn.status in FINISHED
        if is_finished and not was_finished:
            yield turn
        was_finished = is_finished


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
