"""What sla knows of a ticket, gathered from events that come in any order and more than once.

The newest version heard tells the present. An older one turns nothing back, but still teaches
what came between: which priority held when, when the ticket was closed or reopened. So the same
events make the same history, whatever their order.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from contracts.vocabulary import Priority, TicketStatus

FINISHED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


class TicketFacts(Protocol):
    """The part of a ticket's snapshot that moves a clock; `contracts.tickets.TicketFacts` has it.

    `first_response_at` is when the earliest delivered public answer of an agent was written, None
    while there is none. `reopened_at` is the message that reopened it last.
    """

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def status(self) -> TicketStatus: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def first_response_at(self) -> datetime | None: ...
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


@dataclass(frozen=True)
class History:
    """All that was heard of one ticket."""

    version: int
    created_at: datetime
    answered_at: datetime | None
    finished_at: datetime | None
    """Set while the ticket is resolved or closed."""

    priorities: tuple[PriorityChange, ...]
    closings: tuple[datetime, ...]
    reopenings: tuple[datetime, ...]


def hear(history: History | None, facts: TicketFacts) -> History:
    """Add a snapshot to what is known."""
    told = _history_in(facts)
    if history is None:
        return told
    newest = told if told.version > history.version else history
    return replace(
        newest,
        priorities=_merge_priorities(history.priorities + told.priorities),
        closings=_union(history.closings, told.closings),
        reopenings=_union(history.reopenings, told.reopenings),
    )


def _history_in(facts: TicketFacts) -> History:
    finished_at = None
    if facts.status in FINISHED:
        finished_at = facts.resolved_at or facts.updated_at
    closings = {moment for moment in (facts.resolved_at, finished_at) if moment}
    since = facts.prioritised_at or facts.created_at
    return History(
        version=facts.version,
        created_at=facts.created_at,
        answered_at=facts.first_response_at,
        finished_at=finished_at,
        priorities=(PriorityChange(since, facts.version, facts.priority),),
        closings=tuple(closings),
        reopenings=(facts.reopened_at,) if facts.reopened_at else (),
    )


def _union(known: tuple[datetime, ...], told: tuple[datetime, ...]) -> tuple[datetime, ...]:
    return tuple(sorted({*known, *told}))


def _merge_priorities(changes: tuple[PriorityChange, ...]) -> tuple[PriorityChange, ...]:
    """Keep one change an instant: of two within a millisecond the later version holds."""
    return tuple({change.since: change for change in sorted(changes)}.values())
