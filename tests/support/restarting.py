"""Restarts of a desk's processes, one by one, as an operator makes them."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.support.history.records import Record
from tests.support.running_desk import RunningDesk
from tests.support.waiting import wait_until

STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Restart:
    """One process's, in monotonic seconds; `took` is how long its predecessor took to end."""

    name: str
    began_at: float
    took: float


def restart(desk: RunningDesk, name: str) -> Restart:
    """Restart one process, and wait until it serves."""
    began = monotonic()
    if name == "gateway":
        return Restart(name, began, _reload_gateway(desk))
    assert desk.stop(name, seconds=2 * STOP_SECONDS) == 0
    took = monotonic() - began
    desk.start_and_wait(name)
    return Restart(name, began, took)


def told(refused: Record, restarts: list[Restart]) -> str:
    """What was refused, and what had last been restarted when it was asked for."""
    before = [one for one in restarts if one.began_at <= refused.began_at]
    since = (
        f"{refused.began_at - before[-1].began_at:.1f} s after {before[-1].name}" if before else ""
    )
    return f"{refused.deed} {refused.status} in {refused.seconds:.1f} s, {since}: {refused.answer}"


def _reload_gateway(desk: RunningDesk) -> float:
    """One process holds the port, so it changes its workers under it."""
    master = desk.processes["gateway"].pid
    old = set(_workers(master))
    began = monotonic()
    os.kill(master, signal.SIGHUP)
    wait_until(lambda: not old & set(_workers(master)), 30, "old workers still run")
    return monotonic() - began


def _workers(master: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
