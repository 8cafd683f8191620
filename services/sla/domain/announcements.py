"""What the clocks have to say to others, and how to say each thing once.

The service turns each announcement into an event of the contract.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from contracts.vocabulary import CycleState, Escalation, Metric
from services.sla.domain.cycle import Cycle, Mark, TicketClock
from services.sla.domain.terms import Cause


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """`revision` orders what is said about the ticket's clocks."""

    ticket_id: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class ClockMoved(Announcement):
    """The next word to the user is due at another time; None when none is owed."""

    next_due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CycleAnnouncement(Announcement):
    """(ticket_id, metric, n) names the cycle."""

    metric: Metric
    n: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Warned(CycleAnnouncement):
    """Past `threshold` of the working time and not done. Once per cycle and threshold."""

    threshold: float


@dataclass(frozen=True, kw_only=True)
class Climbed(CycleAnnouncement):
    """The warning led to nothing and reaches `level`. Once per cycle and level."""

    level: Escalation


@dataclass(frozen=True, kw_only=True)
class Breached(CycleAnnouncement):
    """The deadline was missed. Once per cycle, unless it was withdrawn in between."""

    breached_at: datetime
    cause: Cause


@dataclass(frozen=True, kw_only=True)
class Achieved(CycleAnnouncement):
    """Answered or resolved in time."""

    achieved_at: datetime


@dataclass(frozen=True, kw_only=True)
class BreachWithdrawn(CycleAnnouncement):
    """What came to be known late refutes the breach. `achieved_at` is None when it was not an
    answer but a lowered priority or a closing, each before the deadline, or when this was never
    owed, such as a first response to somebody who had been answered."""

    achieved_at: datetime | None


Outcome = tuple[TicketClock, tuple[Announcement, ...]]
"""The clock to keep and what to announce, in one transaction."""


class Passed(NamedTuple):
    """What has become due of a cycle: warnings and how far the last one climbed, lowest first."""

    thresholds: list[float]
    levels: list[Escalation]


PassedByCycle = dict[Cycle, Passed]


def announce(before: TicketClock | None, after: TicketClock, passed: PassedByCycle) -> Outcome:
    """Say the difference between the verdicts and what has been said.

    A clock for which nothing changed comes back as it was.
    """
    speech = _Speech(after, set(after.said))
    for cycle in _vanished(before, after):
        speech.take_back(cycle)
    for cycle in after.cycles:
        speech.tell(cycle, passed[cycle])
    if before is None or before.next_due_at != after.next_due_at:
        speech.tell_clock()
    kept = replace(after, said=frozenset(speech.said))
    if speech.announcements:
        return replace(kept, revision=speech.revision), tuple(speech.announcements)
    if before is not None and replace(kept, judged_at=before.judged_at) == before:
        return before, ()
    return kept, ()


class _Speech:
    """Gathers what is to be said about a ticket's clocks, and marks it as said."""

    def __init__(self, clock: TicketClock, said: set[Mark]) -> None:
        self.announcements: list[Announcement] = []
        self.said = said
        self.revision = clock.revision + 1
        self._clock = clock

    def tell(self, cycle: Cycle, passed: Passed) -> None:
        if cycle.state is CycleState.IMMINENT_BREACH:
            self._warn(cycle, passed.thresholds)
            self._climb(cycle, passed.levels)
        self._tell_breach(cycle)
        self._tell_achieved(cycle)

    def take_back(self, cycle: Cycle) -> None:
        """It was never owed. Its warnings stay said: should it be owed again, once was enough."""
        self.said.discard(_mark(cycle, "achieved"))
        if (mark := _mark(cycle, "breached")) in self.said:
            self.said.remove(mark)
            self._say(cycle, BreachWithdrawn, achieved_at=None)

    def tell_clock(self) -> None:
        self.announcements.append(
            ClockMoved(
                ticket_id=self._clock.ticket_id,
                revision=self.revision,
                next_due_at=self._clock.next_due_at,
            )
        )

    def _warn(self, cycle: Cycle, passed: list[float]) -> None:
        """Only the gravest of several at once; those below it are dealt with by it."""
        if passed and _mark(cycle, f"warned {passed[-1]}") not in self.said:
            self._say(cycle, Warned, threshold=passed[-1])
        self.said.update(_mark(cycle, f"warned {threshold}") for threshold in passed)

    def _climb(self, cycle: Cycle, levels: list[Escalation]) -> None:
        """Only to the highest of several at once."""
        if levels and _mark(cycle, f"climbed {levels[-1]}") not in self.said:
            self._say(cycle, Climbed, level=levels[-1])
        self.said.update(_mark(cycle, f"climbed {level}") for level in levels)

    def _tell_breach(self, cycle: Cycle) -> None:
        mark, breach = _mark(cycle, "breached"), cycle.verdict.breach
        if breach and mark not in self.said:
            self.said.add(mark)
            self._say(cycle, Breached, breached_at=breach.at, cause=breach.cause)
        if not breach and mark in self.said:
            self.said.remove(mark)
            self._say(cycle, BreachWithdrawn, achieved_at=cycle.achieved_at)

    def _tell_achieved(self, cycle: Cycle) -> None:
        """Forgotten when Telegram refuses the answer after all, so that the next one is told."""
        mark, achieved_at = _mark(cycle, "achieved"), cycle.achieved_at
        if cycle.state is not CycleState.ACHIEVED or achieved_at is None:
            self.said.discard(mark)
        elif mark not in self.said:
            self.said.add(mark)
            self._say(cycle, Achieved, achieved_at=achieved_at)

    def _say(self, cycle: Cycle, kind: type[CycleAnnouncement], **more: object) -> None:
        self.announcements.append(
            kind(
                ticket_id=self._clock.ticket_id,
                revision=self.revision,
                metric=cycle.metric,
                n=cycle.n,
                due_at=cycle.due_at,
                **more,
            )
        )


def _vanished(before: TicketClock | None, after: TicketClock) -> list[Cycle]:
    """The cycles of what turned out not to be owed, as they were."""
    owed = {(cycle.metric, cycle.duty.started_at) for cycle in after.cycles}
    cycles = before.cycles if before else ()
    return [cycle for cycle in cycles if (cycle.metric, cycle.duty.started_at) not in owed]


def _mark(cycle: Cycle, what: str) -> Mark:
    return Mark(cycle.metric, cycle.duty.started_at, what)
