"""What every tier may ask for: a real broker and a real PostgreSQL, started when first wanted."""

from chassis import garbage  # isort: skip  # first, for what it does
import gc
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.scheduling import ByDesk

pytest_plugins = [
    "tests.support.broker",
    "tests.support.postgres",
    "tests.support.migrated",
    "tests.support.verdicts",
]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: to look whether it is garbage takes a third
    of a second each time, five of them at the end alone."""
    garbage.collect_seldom()


@pytest.fixture(scope="session")
def seed() -> int:
    """Of what a test draws by lot."""
    return int(os.environ.get("SUPPORT_TEST_SEED") or random.randrange(10**6))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests have measured on the way (`record_property`): a promise has its figure beside it
    also where the test, on a machine that others use too, has patience for more."""
    gc.unfreeze()  # Hypothesis, which its plugin imports now, takes what is frozen for garbage
    reports = [
        one
        for kind in ("passed", "failed", "")  # the last: what was set up and torn down
        for one in terminalreporter.getreports(kind)
    ]
    lines = [*_measured(reports), *_seconds_of_faults(reports)]
    if lines:
        terminalreporter.section("measured")
    for line in lines:
        terminalreporter.line(line)


def _measured(reports: list[Any]) -> Iterator[str]:
    for report in reports:
        if report.when == "call" and report.user_properties:
            figures = ", ".join(f"{what} {figure}" for what, figure in report.user_properties)
            yield f"{report.nodeid.rpartition('::')[2]}: {figures}"


def _seconds_of_faults(reports: list[Any]) -> Iterator[str]:
    """Alone they may take five minutes; beside other tests each takes longer than that."""
    seconds = [one.duration for one in reports if one.nodeid.startswith("tests/faults/")]
    if seconds:
        yield f"tests/faults: {sum(seconds):.0f} s, were one to run after the other"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByDesk:
    return ByDesk(config, log)
