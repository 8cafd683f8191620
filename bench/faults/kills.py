"""`kill -9` of everything at random moments under the full load. Row 1 of docs/guarantees.md."""

import random
import time

from bench.faults.desks import running_desk
from bench.faults.report import Report
from tests.support.breaking import BreakableDesk
from tests.support.history.judge import answers_in_chats, judge
from tests.support.history.load import Load
from tests.support.history.outcome import settled_outcome
from tests.support.history.records import Deed
from tests.support.history.timetable import Punctuality
from tests.support.running_desk import PROCESSES
from tests.support.waiting import wait_until

SETTLED_SECONDS = 900.0
LATE = 0.05
"""The part of a load that may come late: its client shares the machine with the desk."""
LOCKED = "database is locked"


def measure(report: Report, *, long: bool) -> None:
    """Kill everything 50 times (once in small) on each database."""
    for kind in report.kinds:
        victims = [*PROCESSES, "broker", *(["postgres"] if kind == "postgresql" else [])]
        with running_desk(kind) as breakable:
            load = Load(breakable.desk, breakable.agents)
            began = time.monotonic()
            with load:
                for _ in range(50 if long else 1):
                    _kill_all(breakable, load, victims)
            report.tell(f"{kind}: {time.monotonic() - began:.0f} s of load")
            repeats = 50 if long else 1
            tell_verdict(report, breakable, load, repeats_allowed=repeats)


def tell_verdict(
    report: Report, breakable: BreakableDesk, load: Load, *, repeats_allowed: int
) -> None:
    """Let the desk come to rest, and judge all that it was asked."""
    breakable.desk.wait_until_healthy()
    outcome = settled_outcome(breakable.desk, load, SETTLED_SECONDS)
    report.tell(str(load.history.counted()))
    tell_punctuality(report, load.punctuality)
    in_chats = answers_in_chats(load.history.records, outcome)
    report.promise(str(in_chats), holds=in_chats.delivered > 0)
    locked = sum(breakable.desk.log(name).count(LOCKED) for name in breakable.desk.members)
    report.promise(f"{locked} times {LOCKED!r}", holds=not locked)
    report.faults(judge(load.history.records, outcome, repeats_allowed=repeats_allowed))


def tell_punctuality(report: Report, kept: Punctuality) -> None:
    """Was the desk asked for as much as it was to be?"""
    words = f"{kept.late} of {kept.due} deeds begun a second late, or never"
    report.promise(f"{words} ({LATE:.0%})", holds=kept.late <= LATE * kept.due)
    for failure in kept.failures[:3]:
        report.tell(failure)
    report.promise(
        f"{len(kept.failures)} deeds that the load itself failed in", holds=not kept.failures
    )


def wait_for_progress(load: Load) -> None:
    """Until tickets are opened anew: a desk that does not come back would pass unharmed."""
    before = len(load.history.acknowledged(Deed.OPEN))
    wait_until(lambda: len(load.history.acknowledged(Deed.OPEN)) > before + 5, 90, "no progress")


def _kill_all(breakable: BreakableDesk, load: Load, victims: list[str]) -> None:
    for victim in random.sample(victims, len(victims)):
        time.sleep(random.uniform(0, 2))  # a random moment, which is the point
        breakable.break_and_mend(random.choice(breakable.replicas_of(victim) or [victim]))
        wait_for_progress(load)
