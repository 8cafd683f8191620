"""Order is not promised: shuffled, doubled and late events come to the same verdict."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary import CycleState, Metric, Priority, TicketStatus
from services.sla.domain import (
    Announcement,
    Breached,
    BreachWithdrawn,
    CycleAnnouncement,
    TicketClock,
    Warned,
    observe,
    tick,
)
from tests.support.sla_story import WHOLE_EDITIONS, Snapshot, at, opened

START = at("10:00")
DEEDS = ["answer", "answer and go on", "deliver", "refuse", "ask", "resolve", "reopen", "note"]
laws = settings(max_examples=100, derandomize=True, database=None)

steps = st.lists(
    st.tuples(st.sampled_from([*DEEDS, *Priority]), st.integers(1, 180)),
    max_size=8,
)
seeds = st.integers(0, 2**16)


@dataclass(frozen=True)
class Told:
    """An event: the ticket after it, and when the answer was written whose delivery it tells."""

    ticket: Snapshot
    answer_at: datetime | None = None


class Desk:
    """What tickets would tell of a ticket that goes through these steps."""

    def __init__(self) -> None:
        self.ticket = opened("10:00", Priority.P1)
        self.told = [Told(self.ticket)]
        self._questions = [START]

    def does(self, step: str, now: datetime) -> None:
        """A step that the desk would not allow (to reopen an open ticket) is a mere note.

        `deliver` is an answer written half an hour ago that arrives now.
        """
        self.ticket = replace(self.ticket, version=self.ticket.version + 1, updated_at=now)
        is_resolved = self.ticket.status is TicketStatus.RESOLVED
        answer_at = None
        if isinstance(step, Priority) and not is_resolved:
            self._change(priority=step, prioritised_at=now)
        elif step in {"answer", "answer and go on", "deliver"}:
            answer_at = max(now - timedelta(minutes=30), START) if step == "deliver" else now
            self._answer(answer_at)
            if step == "answer" and not is_resolved:
                self._become(TicketStatus.WAITING, now)
        elif step == "refuse":
            self._change(first_response_at=None, unanswered_since=START)
        elif step == "resolve" and not is_resolved:
            self._become(TicketStatus.RESOLVED, now)
            self._change(resolved_at=now, unanswered_since=None)
        elif (step == "reopen") is is_resolved and step in {"reopen", "ask"}:
            self._ask(now)
        self.told.append(Told(self.ticket, answer_at))

    def _ask(self, now: datetime) -> None:
        self._questions.append(now)
        self._change(unanswered_since=self.ticket.unanswered_since or now)
        if self.ticket.status is TicketStatus.RESOLVED:
            self._change(resolved_at=None, reopened_at=now)
        if self.ticket.status is not TicketStatus.OPEN:
            self._become(TicketStatus.OPEN, now)

    def _answer(self, answer_at: datetime) -> None:
        first = min(self.ticket.first_response_at or answer_at, answer_at)
        since = self.ticket.unanswered_since
        if since is not None and since <= answer_at:
            since = min((q for q in self._questions if q > answer_at), default=None)
        self._change(first_response_at=first, unanswered_since=since)

    def _become(self, status: TicketStatus, now: datetime) -> None:
        self._change(status=status, status_since=now)

    def _change(self, **changes: object) -> None:
        self.ticket = replace(self.ticket, **changes)  # type: ignore[arg-type]


def story_of(steps: list[tuple[str, int]]) -> list[Told]:
    """Every event of a ticket that goes through these steps, each so many minutes later."""
    desk, now = Desk(), START
    for step, minutes in steps:
        now += timedelta(minutes=minutes)
        desk.does(step, now)
    return desk.told


def hear(
    clock: TicketClock | None, told: Told, now: datetime
) -> tuple[TicketClock, tuple[Announcement, ...]]:
    return observe(clock, told.ticket, WHOLE_EDITIONS, now, answer_at=told.answer_at)


def hear_all(story: list[Told]) -> tuple[TicketClock, list[Announcement]]:
    """Hear them all two days later."""
    clock, announced = None, list[Announcement]()
    for told in story:
        clock, said = hear(clock, told, START + timedelta(days=2))
        announced.extend(said)
    assert clock is not None
    return clock, announced


@laws
@given(steps, seeds)
def test_events_shuffled_and_doubled_come_to_the_same_verdict(
    steps: list[tuple[str, int]], seed: int
) -> None:
    story = story_of(steps)
    shuffled = story + [told for told in story if (told.ticket.version + seed) % 2]
    random.Random(seed).shuffle(shuffled)

    in_order, _ = hear_all(story)
    in_disorder, _ = hear_all(shuffled)

    assert in_disorder.cycles == in_order.cycles
    assert in_disorder.history == in_order.history


@laws
@given(steps, seeds)
def test_a_breach_is_counted_once_and_a_withdrawn_one_not_at_all(
    steps: list[tuple[str, int]], seed: int
) -> None:
    story = story_of(steps) * 2
    random.Random(seed).shuffle(story)

    clock, announced = hear_all(story)

    standing = Counter[Metric]()
    for one in announced:
        if isinstance(one, CycleAnnouncement):
            standing[one.metric] += isinstance(one, Breached) - isinstance(one, BreachWithdrawn)
    found = Counter(cycle.metric for cycle in clock.cycles if cycle.breached_at)
    assert +standing == found


@settings(laws, max_examples=8)
@given(steps)
def test_looking_only_when_asked_to_finds_what_looking_every_minute_finds(
    steps: list[tuple[str, int]],
) -> None:
    story = story_of(steps)

    seldom = _watch(story, every_minute=False)
    often = _watch(story, every_minute=True)

    assert seldom == often


def _watch(story: list[Told], *, every_minute: bool) -> list[tuple[str, str, object]]:
    """Run the clock in real order for two days, and tell what was said when."""
    clock, said = None, []
    for minute in range(2 * 1440):
        now = START + timedelta(minutes=minute)
        announced: list[Announcement] = []
        while story and story[0].ticket.updated_at <= now:
            clock, more = hear(clock, story[0], now)
            story = story[1:]
            announced.extend(more)
        assert clock is not None
        if every_minute or (clock.next_at is not None and clock.next_at <= now):
            clock, more = tick(clock, WHOLE_EDITIONS, now)
            announced.extend(more)
        assert clock.next_at is None or clock.next_at > now
        said += [(type(a).__name__, _name(a), now) for a in announced]
    return said


def _name(announcement: Announcement) -> str:
    if isinstance(announcement, CycleAnnouncement):
        return f"{announcement.metric} {announcement.n}"
    return ""


@settings(laws, max_examples=25)
@given(steps)
def test_no_cycle_warns_twice_at_one_threshold_or_after_its_breach(
    steps: list[tuple[str, int]],
) -> None:
    said = _watch(story_of(steps), every_minute=False)

    warnings = [cycle for name, cycle, _ in said if name == Warned.__name__]
    assert len(warnings) == len(set(warnings))


def test_two_reopenings_heard_backwards_number_the_same_cycle() -> None:
    steps = [("resolve", 10), ("reopen", 10), ("resolve", 10), ("reopen", 10)]
    story = story_of(steps)

    clock, announced = hear_all(story[::-1])

    first = clock.latest(Metric.FIRST_RESPONSE)
    assert first is not None
    assert (first.n, first.duty.started_at) == (3, START + timedelta(minutes=40))
    assert first.state is CycleState.BREACHING
    of_first = [a for a in announced if isinstance(a, Breached) and a.metric is first.metric]
    assert len(of_first) == 1
