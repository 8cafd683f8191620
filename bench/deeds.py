"""What a deed costs: the processor's time that every process spends on it, at a calm pace.

The deeds are those of the load during faults. What a process spends while nobody does anything is
measured first, and taken off. Compare two commits on one machine in one hour; the figures of two
machines have nothing in common.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from bench.faults.crowd import ask
from bench.faults.desks import running_desk
from bench.faults.overload import requests_of
from tests.support.breaking import BreakableDesk
from tests.support.history.outcome import wait_until_at_rest

DEEDS = ("read", "open", "write", "answer")
CALM_SECONDS = 20.0
"""After the last event was heard: the notices of what was opened go out."""
IDLE_SECONDS = 15.0
AFTERWARDS_SECONDS = 4.0
"""What a deed sets going goes on after its answer: events, clocks, notices."""
MILLISECONDS_PER_TICK = 1000 / os.sysconf("SC_CLK_TCK")


Ticks = dict[tuple[str, int], int]
"""By the name of a process, whose replicas and children share it, and a pid."""
Look = tuple[float, Ticks]


class Spent(NamedTuple):
    """Milliseconds of the processor by process, within so many seconds."""

    by: dict[str, float]
    seconds: float


def run(kind: str, rate: float, seconds: float) -> None:
    """Measure on one database, with two replicas on PostgreSQL."""
    with running_desk(kind) as breakable:
        desk = breakable.desk
        asking = {deed: requests_of(desk, {deed: 1.0}) for deed in DEEDS}
        wait_until_at_rest(desk)
        time.sleep(CALM_SECONDS)  # Telegram's pace, which nobody tells the end of
        look = _look(breakable)
        time.sleep(IDLE_SECONDS)  # that nothing happens is what is measured
        idle = _since(look, breakable)
        _tell("a second of nothing", idle.by, idle.seconds)
        for deed, make in asking.items():
            look = _look(breakable)
            crowd = ask(desk.port, rate, seconds, make)
            time.sleep(AFTERWARDS_SECONDS)  # a look at the broker would be measured too
            spent = _since(look, breakable)
            share = spent.seconds / idle.seconds
            own = {who: used - idle.by[who] * share for who, used in spent.by.items()}
            click.echo(f"{deed}: {crowd.statuses()}, p50 {crowd.p(0.5) * 1000:.1f} ms")
            _tell("each", own, rate * seconds)


def _look(breakable: BreakableDesk) -> Look:
    return time.monotonic(), _ticks(breakable)


def _since(look: Look, breakable: BreakableDesk) -> Spent:
    (began, before), (ended, after) = look, _look(breakable)
    ticks = Counter[str]()
    for process, count in after.items():
        ticks[process[0]] += count - before.get(process, 0)
    by = {who: count * MILLISECONDS_PER_TICK for who, count in ticks.items()}
    return Spent(by, ended - began)


def _ticks(breakable: BreakableDesk) -> Ticks:
    return {(who, pid): _ticks_of(pid) for who, root in _roots(breakable) for pid in _family(root)}


def _roots(breakable: BreakableDesk) -> Iterator[tuple[str, int]]:
    for name in breakable.desk.members:
        service, _, _replica = name.partition("-")
        yield service, breakable.desk.processes[name].pid
    yield "broker", breakable.broker.pid
    if breakable.postgres is not None:
        yield "postgres", breakable.postgres.pids()[0]


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _ticks_of(pid: int) -> int:
    """utime and stime, proc(5)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return int(after_name[11]) + int(after_name[12])


def _tell(what: str, spent: dict[str, float], count: float) -> None:
    each = ", ".join(f"{who} {spent[who] / count:.1f}" for who in sorted(spent))
    click.echo(f"  {what}: {sum(spent.values()) / count:.1f} ms ({each})")
