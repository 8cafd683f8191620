"""What is open is counted anew by newer promises, because somebody wishes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from contracts.vocabulary import CycleState, Metric, Priority
from services.sla.domain.announcements import Outcome
from services.sla.domain.clocks import Alarm
from services.sla.domain.cycle import Cycle, TicketClock
from services.sla.domain.policy import Edition
from services.sla.domain.watch import judged, tick, weigh

RUNNING = (CycleState.PENDING, CycleState.IMMINENT_BREACH)


@dataclass(frozen=True)
class Move:
    """What a recount does to a cycle; `old_due_at` is None when it begins to be promised.

    `is_missed`: the new deadline has passed, so that it breaches at once.
    """

    metric: Metric
    n: int
    priority: Priority
    old_due_at: datetime | None
    new_due_at: datetime
    is_missed: bool


class Recounted(NamedTuple):
    """What a recount comes to. Promises may be newer without a deadline moving: of a warning, or of
    another priority."""

    outcome: Outcome
    moves: list[Move]
    has_changed: bool


def recount(clock: TicketClock, editions: Sequence[Edition], now: datetime) -> Recounted:
    """Count what runs by the edition now in force; what is late or decided stays as it is.

    A deadline that this moves into the past is missed at this moment. A ticket for which it
    changes nothing keeps no trace of it.
    """
    by_time_alone = tick(clock, editions, now)
    at = max(now, clock.judged_at)
    wished = replace(clock, judged_at=at, recounted_at=(*clock.recounted_at, at))
    outcome = judged(clock, wished, editions)
    before, after = by_time_alone[0].cycles, outcome[0].cycles
    is_counted_alike = [_counted(cycle) for cycle in before] == [_counted(cycle) for cycle in after]
    if is_counted_alike and _alarms(by_time_alone[0], editions) == _alarms(wished, editions):
        return Recounted(by_time_alone, [], has_changed=False)
    return Recounted(outcome, _moves(before, after), has_changed=True)


def _counted(cycle: Cycle) -> tuple[Metric, int, datetime, int]:
    return cycle.metric, cycle.n, cycle.due_at, cycle.policy_version


def _alarms(clock: TicketClock, editions: Sequence[Edition]) -> list[tuple[Alarm, ...]]:
    """The warnings of what runs. Where the last of them climbs is no promise: it climbs from the
    recount on."""
    return [
        weighed.stretches[-1].deadline.alarms
        for weighed in weigh(clock, editions)
        if weighed.verdict.state in RUNNING
    ]


def _moves(before: Sequence[Cycle], after: Sequence[Cycle]) -> list[Move]:
    old_dues = {(cycle.metric, cycle.n): cycle.due_at for cycle in before}
    return [
        Move(
            cycle.metric,
            cycle.n,
            cycle.priority,
            old_due_at,
            cycle.due_at,
            cycle.state is CycleState.BREACHING,
        )
        for cycle in after
        if (old_due_at := old_dues.get((cycle.metric, cycle.n))) != cycle.due_at
    ]
