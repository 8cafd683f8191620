"""Order is not promised: shuffled, doubled and late events come to the same verdict."""

import random
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.vocabulary import CycleState, Priority, TicketStatus
from services.sla.domain import (
    Announcement,
    Breached,
    BreachWithdrawn,
    Cycle,
    Warned,
    observe,
    tick,
)
from tests.support.sla_story import CALENDARS, POLICY, Snapshot, at, opened

START = at("10:00")
laws = settings(max_examples=150, deadline=None, derandomize=True, database=None)

steps = st.lists(
    st.tuples(
        st.sampled_from(["answer", "deliver", "refuse", "resolve", "reopen", "note", *Priority]),
        st.integers(1, 180),
    ),
    max_size=7,
)
seeds = st.integers(0, 2**16)


def story_of(steps: list[tuple[str, int]]) -> list[Snapshot]:
    """Every version of a ticket that goes through these steps, each so many minutes later.

    `deliver` is an answer written half an hour ago that arrives now. A step that the desk would
    not allow (to reopen an open ticket) is a mere note.
    """
    ticket, now = opened("10:00", Priority.P1), START
    versions = [ticket]
    for step, minutes in steps:
        now += timedelta(minutes=minutes)
        ticket = Snapshot(**{**vars(ticket), "version": ticket.version + 1, "updated_at": now})
        ticket = Snapshot(**{**vars(ticket), **_changes(ticket, step)})
        versions.append(ticket)
    return versions


def _changes(ticket: Snapshot, step: str) -> dict[str, object]:
    now, is_resolved = ticket.updated_at, ticket.status is TicketStatus.RESOLVED
    written_at = max(now - timedelta(minutes=30), ticket.created_at)
    first = ticket.first_response_at
    allowed: dict[str, dict[str, object]] = {
        "answer": {"first_response_at": first or now},
        "deliver": {"first_response_at": min(first or written_at, written_at)},
        "refuse": {"first_response_at": None},
    }
    if is_resolved:
        allowed["reopen"] = {
            "status": TicketStatus.OPEN,
            "resolved_at": None,
            "reopened_at": now,
        }
    else:
        allowed["resolve"] = {"status": TicketStatus.RESOLVED, "resolved_at": now}
        allowed |= {
            priority: {"priority": priority, "prioritised_at": now} for priority in Priority
        }
    return allowed.get(step, {})


def hear_all(versions: list[Snapshot]) -> tuple[Cycle, list[tuple[datetime, Announcement]]]:
    """Hear them all two days later; each announcement comes with the start of its duty."""
    cycle, announced = None, []
    now = START + timedelta(days=2)
    for ticket in versions:
        cycle, said = observe(cycle, ticket, policy=POLICY, calendars=CALENDARS, now=now)
        announced.extend((cycle.duty.started_at, announcement) for announcement in said)
    assert cycle is not None
    return cycle, announced


def verdict_of(cycle: Cycle) -> tuple[object, ...]:
    return cycle.duty, cycle.verdict, cycle.deadlines, cycle.history


@laws
@given(steps, seeds)
def test_events_shuffled_and_doubled_come_to_the_same_verdict(
    steps: list[tuple[str, int]], seed: int
) -> None:
    versions = story_of(steps)
    shuffled = versions + [v for v in versions if (v.version + seed) % 2]
    random.Random(seed).shuffle(shuffled)

    in_order, _ = hear_all(versions)
    in_disorder, _ = hear_all(shuffled)

    assert verdict_of(in_disorder) == verdict_of(in_order)


@laws
@given(steps, seeds)
def test_a_breach_is_counted_once_and_a_withdrawn_one_not_at_all(
    steps: list[tuple[str, int]], seed: int
) -> None:
    versions = story_of(steps) * 2
    random.Random(seed).shuffle(versions)

    cycle, announced = hear_all(versions)

    of_this_duty = [a for started_at, a in announced if started_at == cycle.duty.started_at]
    breaches = sum(isinstance(a, Breached) for a in of_this_duty)
    withdrawals = sum(isinstance(a, BreachWithdrawn) for a in of_this_duty)
    assert breaches - withdrawals == (1 if cycle.breached_at else 0)


@settings(laws, max_examples=20)
@given(steps)
def test_looking_only_when_asked_to_finds_what_looking_every_minute_finds(
    steps: list[tuple[str, int]],
) -> None:
    versions = story_of(steps)

    seldom = _watch(versions, every_minute=False)
    often = _watch(versions, every_minute=True)

    assert seldom == often


def _watch(versions: list[Snapshot], *, every_minute: bool) -> list[tuple[str, int, object]]:
    """Run the clock in real order for two days, and tell what was said when."""
    cycle, said = None, []
    for minute in range(2 * 1440):
        now = START + timedelta(minutes=minute)
        announced: list[Announcement] = []
        while versions and versions[0].updated_at <= now:
            cycle, more = observe(cycle, versions[0], policy=POLICY, calendars=CALENDARS, now=now)
            versions = versions[1:]
            announced.extend(more)
        assert cycle is not None
        if every_minute or (cycle.next_at is not None and cycle.next_at <= now):
            cycle, more = tick(cycle, now)
            announced.extend(more)
        assert cycle.next_at is None or cycle.next_at > now
        said += [(type(a).__name__, a.n, now) for a in announced]
    return said


@settings(laws, max_examples=40)
@given(steps)
def test_no_cycle_warns_twice_at_one_threshold_or_after_its_breach(
    steps: list[tuple[str, int]],
) -> None:
    said = _watch(story_of(steps), every_minute=False)

    warnings = [n for name, n, _ in said if name == Warned.__name__]
    assert len(warnings) == len(set(warnings))


def test_two_reopenings_heard_backwards_number_the_same_cycle() -> None:
    steps = [("resolve", 10), ("reopen", 10), ("resolve", 10), ("reopen", 10)]
    versions = story_of(steps)

    cycle, announced = hear_all(versions[::-1])

    assert (cycle.n, cycle.duty.started_at) == (3, START + timedelta(minutes=40))
    assert cycle.state is CycleState.BREACHING
    assert sum(isinstance(a, Breached) for _, a in announced) == 1
