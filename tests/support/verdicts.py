"""A broken promise ends a run of tests for good: what is lost or doubled once is not made good by a
second try, as a figure is that a busy machine has missed."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.history.judge import Outcome, judge
from tests.support.history.records import Record

EXIT_CODE = 10
"""Pytest's own end at 5."""
_broken: list[str] = []


class PromiseBroken(AssertionError):
    """What the judge found."""


def assert_kept(records: Iterable[Record], outcome: Outcome, *, repeats_allowed: int = 0) -> None:
    """Raises PromiseBroken with a sentence for every promise that was not kept."""
    if faults := judge(records, outcome, repeats_allowed=repeats_allowed):
        raise PromiseBroken("\n".join(faults))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    crash: Any = getattr(report.longrepr, "reprcrash", None)
    if crash is not None and PromiseBroken.__name__ in crash.message:
        _broken.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _broken:
        session.exitstatus = EXIT_CODE


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for test in _broken:
        terminalreporter.line(f"A promise was broken, which needs no second try: {test}")
