"""SIGTERM: what is in hand is finished within 10 s; with two replicas nobody notices a restart."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from cli.postgres import PrivatePostgres
from tests.support.breaking import BreakableDesk, breakable_desk
from tests.support.history.judge import judge
from tests.support.history.load import Load, Pace
from tests.support.history.outcome import settled_outcome
from tests.support.running_desk import RunningDesk
from tests.support.waiting import wait_until

STOP_SECONDS = 10.0
GENTLE = Pace().times(0.4)


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableDesk]:
    """Two of each service."""
    directory = tmp_path_factory.mktemp("doubled")
    server = PrivatePostgres()
    with breakable_desk(directory, postgres=server, replicas=2) as breakable:
        yield breakable


def test_a_rolling_restart_of_everything_shows_no_client_an_error(doubled: BreakableDesk) -> None:
    desk = doubled.desk
    seconds: dict[str, float] = {}

    with Load(desk, doubled.agents, GENTLE, is_patient=False) as load:
        wait_until(lambda: len(load.history.records) > 50, 30, "load before the restarts")
        for name in desk.members:
            before = len(load.history.records)
            seconds[name] = _restart(desk, name)
            wait_until(lambda before=before: len(load.history.records) > before + 20, 30)

    assert {told.rpartition(" ")[2] for told in load.history.counted()} == {"200", "201"}
    assert max(seconds.values()) <= STOP_SECONDS, seconds
    outcome = settled_outcome(desk, load.people.values())
    assert judge(load.history.records, outcome) == []


def _restart(desk: RunningDesk, name: str) -> float:
    """Restart one process as an operator does; how long its predecessor took to end."""
    if name == "gateway":
        return _reload_gateway(desk)
    began = monotonic()
    assert desk.stop(name, seconds=2 * STOP_SECONDS) == 0
    took = monotonic() - began
    desk.start_and_wait(name)
    return took


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
