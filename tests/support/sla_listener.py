"""One who keeps a ticket's clock as the service does, and watches what it says."""

from collections.abc import Sequence
from datetime import datetime

from contracts.vocabulary import CycleState, Metric
from services.sla.domain import (
    Achieved,
    Breached,
    BreachWithdrawn,
    Climbed,
    ClockMoved,
    Cycle,
    CycleAnnouncement,
    Edition,
    Outcome,
    TicketClock,
    Warned,
    observe,
    recount,
    tick,
)
from tests.support.sla_model import Name, Reading
from tests.support.sla_tickets import Told

Start = tuple[Metric, datetime]
"""What is owed since then: its number may change with what is heard late."""


class Listener:
    """Fails as soon as something is said twice, or what was said does not fit what stands."""

    def __init__(self) -> None:
        self._clock: TicketClock | None = None
        self._next_due_at: datetime | None = None
        self._late: set[Start] = set()
        self._achieved: set[Start] = set()
        self._said: set[tuple[Start, object]] = set()

    @property
    def clock(self) -> TicketClock:
        assert self._clock is not None
        return self._clock

    @property
    def readings(self) -> dict[Name, Reading]:
        return {(cycle.metric, cycle.n): _reading_of(cycle) for cycle in self.clock.cycles}

    def hears(self, told: Told, editions: Sequence[Edition], now: datetime) -> None:
        moments = {"answer_at": told.answer_at, "asked_at": told.asked_at}
        self._keep(observe(self._clock, told.ticket, editions, now, **moments))

    def ticks(self, editions: Sequence[Edition], now: datetime) -> None:
        if self._clock:
            self._keep(tick(self._clock, editions, now))

    def recounts(self, editions: Sequence[Edition], now: datetime) -> None:
        if self._clock:
            self._keep(recount(self._clock, editions, now)[0])

    def _keep(self, outcome: Outcome) -> None:
        before, (self._clock, announcements) = self._clock, outcome
        revision = before.revision if before else 0
        assert self._clock.revision == revision + bool(announcements)
        for one in announcements:
            assert one.revision == self._clock.revision
            if isinstance(one, ClockMoved):
                assert before is None or one.next_due_at != self._next_due_at
                self._next_due_at = one.next_due_at
            elif isinstance(one, CycleAnnouncement):
                self._listen(one, before)
        self._compare()

    def _listen(self, one: CycleAnnouncement, before: TicketClock | None) -> None:
        """A breach is withdrawn by the number that the cycle has now, or else had."""
        assert self._clock is not None
        starts = [(one.metric, cycle.duty.started_at) for cycle in _named(one, self._clock, before)]
        if isinstance(one, BreachWithdrawn):
            self._late.remove(next(start for start in starts if start in self._late))
        elif isinstance(one, Breached):
            assert starts[0] not in self._late
            self._late.add(starts[0])
        elif isinstance(one, Achieved):
            assert starts[0] not in self._achieved
            self._achieved.add(starts[0])
        elif isinstance(one, Warned | Climbed):
            what = one.threshold if isinstance(one, Warned) else one.level
            assert (starts[0], what) not in self._said
            self._said.add((starts[0], what))

    def _compare(self) -> None:
        """What was said of each cycle stands, and nothing stands that was not said."""
        cycles = self.clock.cycles
        assert self._late == {_start_of(cycle) for cycle in cycles if cycle.breached_at}
        achieved = {_start_of(cycle) for cycle in cycles if cycle.state is CycleState.ACHIEVED}
        assert achieved <= self._achieved
        self._achieved = achieved
        assert self._next_due_at == self.clock.next_due_at
        assert self.clock.next_at is None or self.clock.next_at > self.clock.judged_at


def _named(one: CycleAnnouncement, *clocks: TicketClock | None) -> list[Cycle]:
    cycles = [cycle for clock in clocks if clock for cycle in clock.cycles]
    return [cycle for cycle in cycles if (cycle.metric, cycle.n) == (one.metric, one.n)]


def _start_of(cycle: Cycle) -> Start:
    return cycle.metric, cycle.duty.started_at


def _reading_of(cycle: Cycle) -> Reading:
    breach = cycle.verdict.breach
    return Reading(
        cycle.duty.started_at,
        cycle.due_at,
        cycle.state,
        tuple((pause.since, pause.until) for pause in cycle.duty.pauses),
        cycle.breached_at,
        breach.cause if breach else None,
        cycle.achieved_at,
        cycle.duty.is_by_incident,
        cycle.priority,
        cycle.policy_version,
    )
