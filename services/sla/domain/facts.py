"""What sla knows of a ticket, gathered from events that come in any order and more than once.

The newest version heard tells the present. An older one turns nothing back, but still teaches
what came between: which priority and status held when, and who waited for a word since when. So
the same events make the same history, whatever their order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol, TypedDict, TypeVar, Unpack

from contracts.tickets import AgentView
from contracts.vocabulary import Priority, TicketStatus

FINISHED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
NOBODY = ""
"""In the place of an agent's id: the ticket was let go of."""


class TicketFacts(Protocol):
    """The part of a ticket's snapshot that moves a clock; `contracts.tickets.TicketFacts` has it.

    `first_response_at` is when the earliest delivered public answer of an agent was written, None
    while there is none. `unanswered_since` is the oldest message of the user that no delivered
    answer has followed, None while there is none. `status_since` is when the status began to hold,
    None when a version of tickets told that did not know it. `taken_at` is when the assignee last
    took it or was given it, and without one when it was let go of. `merged_at` is when another
    ticket was last merged into this one, and `inherited_since` since when a question had waited
    there, None when none had. `noticed_at` is when the earliest delivered notice of an incident was
    written, `unlinked_at` when the incident was last withdrawn.
    """

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def assignee(self) -> AgentView | None: ...
    @property
    def taken_at(self) -> datetime | None: ...
    @property
    def status(self) -> TicketStatus: ...
    @property
    def status_since(self) -> datetime | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def first_response_at(self) -> datetime | None: ...
    @property
    def unanswered_since(self) -> datetime | None: ...
    @property
    def noticed_at(self) -> datetime | None: ...
    @property
    def unlinked_at(self) -> datetime | None: ...
    @property
    def merged_at(self) -> datetime | None: ...
    @property
    def inherited_since(self) -> datetime | None: ...
    @property
    def prioritised_at(self) -> datetime | None: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def reopened_at(self) -> datetime | None: ...


class PriorityChange(NamedTuple):
    """A priority in force from `since` on, as version `version` last told it."""

    since: datetime
    version: int
    priority: Priority


class StatusChange(NamedTuple):
    """A status in force from `since` on, as version `version` last told it."""

    since: datetime
    version: int
    status: TicketStatus


class Taking(NamedTuple):
    """The agent who has had the ticket from `since` on, as version `version` last told it; NOBODY
    when it was let go of then."""

    since: datetime
    version: int
    agent_id: str
    name: str


class Inheritance(NamedTuple):
    """A question, waiting since `since` in another ticket, that a merge brought here at `at`."""

    at: datetime
    version: int
    since: datetime


class Merge(NamedTuple):
    """At `at` a merge brought what had waited since `since` in the ticket `source_id`."""

    at: datetime
    since: datetime
    source_id: int


class Moment(NamedTuple):
    """When something happened, and the first version known to tell it: that orders what happened
    within one millisecond."""

    at: datetime
    version: int


Change = TypeVar("Change", PriorityChange, StatusChange, Taking)


@dataclass(frozen=True)
class History:
    """All that was heard of one ticket.

    `questions` are the moments at which the user wrote, or since which they waited for a word,
    `answers` the moments at which a delivered answer was written. One before `answered_at`, the
    first that now stands, does not count: Telegram refused what was thought to be delivered.
    `notices` are the moments at which a delivered notice of an incident was written. One up to
    `unlinked_at` does not count: that incident had been declared by mistake.

    What a merge brought is among the questions too, since tickets tells it as what waits. `merges`
    tell from where it came, so far as a merge itself was heard of: a snapshot does not.
    """

    version: int
    created_at: datetime
    answered_at: datetime | None
    priorities: tuple[PriorityChange, ...]
    statuses: tuple[StatusChange, ...]
    questions: tuple[Moment, ...]
    answers: tuple[Moment, ...]
    reopenings: tuple[Moment, ...]
    takings: tuple[Taking, ...] = ()
    inheritances: tuple[Inheritance, ...] = ()
    notices: tuple[Moment, ...] = ()
    unlinked_at: datetime | None = None
    merges: tuple[Merge, ...] = ()

    @property
    def holder(self) -> Taking | None:
        """Who has the ticket, None when nobody has."""
        return _held(self.takings[-1:])

    def source_of(self, inherited_at: datetime, since: datetime) -> int | None:
        """The ticket in which that had waited since then; None when nobody has told."""
        sources = (m.source_id for m in self.merges if (m.at, m.since) == (inherited_at, since))
        return next(sources, None)

    def holder_at(self, at: datetime) -> Taking | None:
        """Who had the ticket at that moment, None when nobody had."""
        return _held([taking for taking in self.takings if taking.since <= at])

    @property
    def taken_at(self) -> list[datetime]:
        """When agents took it or were given it, in growing order."""
        return [taking.since for taking in self.takings if taking.agent_id != NOBODY]


class Beside(TypedDict, total=False):
    """What an event tells beside its snapshot, in which an older message may stand before a newer
    one: when the answer was written that was delivered, when the user wrote the message, which
    ticket was merged into this one."""

    answer_at: datetime | None
    asked_at: datetime | None
    merged_from: int | None


def hear(history: History | None, facts: TicketFacts, **beside: Unpack[Beside]) -> History:
    """Add a snapshot to what is known, and what its event tells beside it."""
    told = _history_in(facts, beside)
    if history is None:
        return told
    newest = told if told.version > history.version else history
    return replace(
        newest,
        priorities=_last_of_each_instant(history.priorities + told.priorities),
        statuses=_last_of_each_instant(history.statuses + told.statuses),
        questions=_first_of_each_instant(history.questions + told.questions),
        answers=_first_of_each_instant(history.answers + told.answers),
        reopenings=_first_of_each_instant(history.reopenings + told.reopenings),
        takings=_last_of_each_instant(history.takings + told.takings),
        inheritances=_first_of_each(history.inheritances + told.inheritances),
        notices=_first_of_each_instant(history.notices + told.notices),
        merges=tuple(sorted({*history.merges, *told.merges})),
    )


def _history_in(facts: TicketFacts, beside: Beside) -> History:
    asked_at = beside.get("asked_at")
    questions = (facts.created_at, facts.reopened_at, facts.unanswered_since, asked_at)
    since = facts.prioritised_at or facts.created_at
    return History(
        version=facts.version,
        created_at=facts.created_at,
        answered_at=facts.first_response_at,
        priorities=(PriorityChange(since, facts.version, facts.priority),),
        statuses=_last_of_each_instant(_statuses_in(facts)),
        questions=_moments(facts.version, questions),
        answers=_moments(facts.version, (facts.first_response_at, beside.get("answer_at"))),
        reopenings=_moments(facts.version, (facts.reopened_at,)),
        takings=_takings_in(facts),
        inheritances=_inheritances_in(facts),
        notices=_moments(facts.version, (facts.noticed_at,)),
        unlinked_at=facts.unlinked_at,
        merges=_merges_in(facts, beside.get("merged_from")),
    )


def _statuses_in(facts: TicketFacts) -> tuple[StatusChange, ...]:
    """The present status, and those before it of which the snapshot still knows when they began."""
    known = [StatusChange(facts.created_at, 0, TicketStatus.OPEN)]
    if facts.resolved_at:
        known.append(StatusChange(facts.resolved_at, facts.version, TicketStatus.RESOLVED))
    if facts.status_since:
        known.append(StatusChange(facts.status_since, facts.version, facts.status))
    elif facts.status in FINISHED:
        since = facts.resolved_at or facts.updated_at
        known.append(StatusChange(since, facts.version, facts.status))
    elif facts.reopened_at:
        known.append(StatusChange(facts.reopened_at, facts.version, TicketStatus.OPEN))
    return tuple(known)


def _takings_in(facts: TicketFacts) -> tuple[Taking, ...]:
    agent, since = facts.assignee, facts.taken_at
    if since is None:
        return ()
    named = (agent.id, agent.name) if agent else (NOBODY, "")
    return (Taking(since, facts.version, *named),)


def _held(takings: Sequence[Taking]) -> Taking | None:
    """The last of them, unless the ticket was let go of then."""
    last = takings[-1] if takings else None
    return last if last and last.agent_id != NOBODY else None


def _inheritances_in(facts: TicketFacts) -> tuple[Inheritance, ...]:
    at, since = facts.merged_at, facts.inherited_since
    return (Inheritance(at, facts.version, since),) if at and since else ()


def _merges_in(facts: TicketFacts, source_id: int | None) -> tuple[Merge, ...]:
    at, since = facts.merged_at, facts.inherited_since
    return (Merge(at, since, source_id),) if at and since and source_id else ()


def _moments(version: int, instants: Iterable[datetime | None]) -> tuple[Moment, ...]:
    return _first_of_each_instant(Moment(at, version) for at in instants if at is not None)


def _first_of_each_instant(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    return tuple({moment.at: moment for moment in sorted(moments, reverse=True)}.values())[::-1]


def _first_of_each(inheritances: Iterable[Inheritance]) -> tuple[Inheritance, ...]:
    """Two merges may fall into one millisecond."""
    latest_first = sorted(inheritances, reverse=True)
    return tuple({(one.at, one.since): one for one in latest_first}.values())[::-1]


def _last_of_each_instant(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Keep one change an instant: of two within a millisecond the later version holds."""
    return tuple({change.since: change for change in sorted(changes)}.values())
