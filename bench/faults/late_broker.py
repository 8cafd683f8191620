"""The broker comes a minute after all else, started in any order. Row 10 of docs/guarantees.md."""

import random
import tempfile
import time
from pathlib import Path

from bench.faults.report import Report
from tests.support.lonely_desk import lonely_desk
from tests.support.running_desk import PROCESSES

AWAY_SECONDS = 60.0
CONSUMING_SECONDS = 15.0


def measure(report: Report, *, long: bool) -> None:
    """One order of the five processes, or ten."""
    for _ in range(10 if long else 1):
        order = random.sample(PROCESSES, len(PROCESSES))
        took = _consuming_after(order)
        words = f"{', '.join(order)}, then the broker: consuming after {took:.1f} s"
        report.promise(f"{words} ({CONSUMING_SECONDS:.0f})", holds=took <= CONSUMING_SECONDS)


def _consuming_after(order: list[str]) -> float:
    """Seconds from the broker's first word to a healthy desk."""
    with (
        tempfile.TemporaryDirectory(prefix="support-bench-") as directory,
        lonely_desk(Path(directory)) as lonely,
    ):
        lonely.start(order)
        time.sleep(AWAY_SECONDS)  # how long the broker is away, which is the point
        return lonely.let_the_broker_come()
