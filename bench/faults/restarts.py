"""A rolling restart of two of each service under load. Row 12 of docs/guarantees.md."""

from bench.faults.desks import running_desk
from bench.faults.kills import tell_verdict
from bench.faults.report import Report
from tests.support.history.load import Load
from tests.support.history.records import Record
from tests.support.history.timetable import Pace
from tests.support.restarting import STOP_SECONDS, Restart, restart, told
from tests.support.waiting import wait_until

PART_OF_LOAD = 0.25
"""One of two serves alone while the other starts, for which it takes a processor of this machine's
two."""
BETWEEN = 50


def measure(report: Report, *, long: bool) -> None:
    """Restart everything once (five times in large), one after the other."""
    with running_desk("postgresql") as breakable:
        pace = Pace().times(PART_OF_LOAD)
        load = Load(breakable.desk, breakable.agents, pace, is_patient=False)
        records, restarts = load.history.records, list[Restart]()
        with load:
            for name in breakable.desk.members * (5 if long else 1):
                _wait_for_more(records)
                restarts.append(restart(breakable.desk, name))
        refused = [one for one in records if not one.is_granted]
        for one in refused[:20]:
            report.tell(told(one, restarts))
        words = f"{len(refused)} of {len(records)} refused while {len(restarts)} were restarted"
        report.promise(words, holds=not refused)
        slowest = max(one.took for one in restarts)
        report.promise(f"slowest end {slowest:.1f} s (10)", holds=slowest <= STOP_SECONDS)
        tell_verdict(report, breakable, load, repeats_allowed=0)


def _wait_for_more(records: list[Record]) -> None:
    enough = len(records) + BETWEEN
    wait_until(lambda: len(records) > enough, 60, "the load stands still")
