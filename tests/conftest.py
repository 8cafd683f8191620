"""What every tier may ask for: a real broker and a real PostgreSQL, started when first wanted."""

from chassis import garbage  # isort: skip  # first, for what it does
import gc
import os
import random
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
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    measured = [one for one in reports if one.when == "call" and one.user_properties]
    if measured:
        terminalreporter.section("measured")
    for report in measured:
        figures = ", ".join(f"{what} {figure}" for what, figure in report.user_properties)
        terminalreporter.line(f"{report.nodeid.rpartition('::')[2]}: {figures}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByDesk:
    return ByDesk(config, log)
