"""What a clock has to say to others, and how to say each thing once.

The service turns each announcement into an event of the contract.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypedDict

from contracts.vocabulary import CycleState, Metric
from services.sla.domain.breach import Cause
from services.sla.domain.cycle import Cycle, Mark


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """(ticket_id, metric, n) names the cycle; `revision` orders what is said about it."""

    ticket_id: int
    metric: Metric
    n: int
    revision: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Warned(Announcement):
    """Past `threshold` of the working time without an answer. Once per cycle and threshold."""

    threshold: float


@dataclass(frozen=True, kw_only=True)
class Breached(Announcement):
    """The deadline was missed. Once per cycle, unless it was withdrawn in between."""

    breached_at: datetime
    cause: Cause


@dataclass(frozen=True, kw_only=True)
class Achieved(Announcement):
    """Answered in time."""

    achieved_at: datetime


@dataclass(frozen=True, kw_only=True)
class BreachWithdrawn(Announcement):
    """What came to be known late refutes the breach. `achieved_at` is None when it was not an
    answer but a lowered priority or a closing, each before the deadline."""

    achieved_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClockMoved(Announcement):
    """The running deadline is another; `next_due_at` is None when the clock no longer runs."""

    next_due_at: datetime | None


class _Name(TypedDict):
    ticket_id: int
    metric: Metric
    n: int
    revision: int
    due_at: datetime


Outcome = tuple[Cycle, tuple[Announcement, ...]]
"""The cycle to keep and what to announce, in one transaction."""


def announce(before: Cycle | None, after: Cycle, passed: Sequence[float]) -> Outcome:
    """Say the difference between the verdict and what has been said; `passed` are the warnings due.

    A cycle for which nothing changed comes back as it was.
    """
    speech = _Speech(replace(after, revision=after.revision + 1))
    speech.warn(passed)
    speech.tell_breach()
    speech.tell_achieved()
    speech.tell_clock(before)
    if speech.announcements:
        return replace(speech.cycle, said=frozenset(speech.said)), tuple(speech.announcements)
    quiet = replace(after, said=frozenset(speech.said))
    if before is not None and replace(quiet, judged_at=before.judged_at) == before:
        return before, ()
    return quiet, ()


@dataclass
class _Speech:
    """Gathers what is to be said about one cycle, and marks it as said."""

    cycle: Cycle
    announcements: list[Announcement] = field(default_factory=list)
    said: set[Mark] = field(init=False)

    def __post_init__(self) -> None:
        self.said = set(self.cycle.said)

    def warn(self, passed: Sequence[float]) -> None:
        """Only the gravest of several at once; those below it are dealt with by it."""
        if self.cycle.state is not CycleState.IMMINENT_BREACH or not passed:
            return
        if self._mark(f"warned {passed[-1]}") not in self.said:
            self.announcements.append(Warned(threshold=passed[-1], **self._name))
        self.said.update(self._mark(f"warned {threshold}") for threshold in passed)

    def tell_breach(self) -> None:
        mark, breach = self._mark("breached"), self.cycle.verdict.breach
        if breach and mark not in self.said:
            self.said.add(mark)
            told = Breached(breached_at=breach.at, cause=breach.cause, **self._name)
            self.announcements.append(told)
        if not breach and mark in self.said:
            self.said.remove(mark)
            withdrawn = BreachWithdrawn(achieved_at=self.cycle.achieved_at, **self._name)
            self.announcements.append(withdrawn)

    def tell_achieved(self) -> None:
        """Forgotten when Telegram refuses the answer after all, so that the next one is told."""
        mark, answered_at = self._mark("achieved"), self.cycle.achieved_at
        if self.cycle.state is not CycleState.ACHIEVED or answered_at is None:
            self.said.discard(mark)
        elif mark not in self.said:
            self.said.add(mark)
            self.announcements.append(Achieved(achieved_at=answered_at, **self._name))

    def tell_clock(self, before: Cycle | None) -> None:
        next_due_at = self.cycle.next_due_at
        if before is None or (before.n, before.next_due_at) != (self.cycle.n, next_due_at):
            self.announcements.append(ClockMoved(next_due_at=next_due_at, **self._name))

    def _mark(self, what: str) -> Mark:
        return Mark(self.cycle.duty.started_at, what)

    @property
    def _name(self) -> _Name:
        return {
            "ticket_id": self.cycle.ticket_id,
            "metric": self.cycle.metric,
            "n": self.cycle.n,
            "revision": self.cycle.revision,
            "due_at": self.cycle.due_at,
        }
