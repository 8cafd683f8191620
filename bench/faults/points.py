"""Death at every named crash point under load. Row 2 of docs/guarantees.md.

Those of the ladder, of replaying, of files, of backup and of restore have tests of their own.
"""

from collections import Counter

from bench.faults.desks import running_desk
from bench.faults.kills import tell_verdict, wait_for_progress
from bench.faults.report import Report
from chassis.crash import CRASH_POINTS
from tests.support.breaking import BreakableDesk
from tests.support.history.load import Load

WHO_PASSES = {
    "transaction": ("tickets", "sla", "bot"),
    "relay": ("tickets", "sla"),
    "consumer": ("tickets", "sla", "bot"),
    "update": ("bot",),
    "sender": ("bot",),
}
"""By the first word of a crash point."""
HOUSEKEEPING_COMMITS = 20
"""So many commits of a process are passed by: the first are its sweeping after the start."""


def measure(report: Report, *, long: bool) -> None:
    """Die at each point in each process that passes it, once (five times in large)."""
    for kind in report.kinds:
        with running_desk(kind) as breakable:
            load, deaths = Load(breakable.desk, breakable.agents), Counter[str]()
            with load:
                for _ in range(5 if long else 1):
                    deaths += _die_everywhere(breakable, load)
            report.tell(f"{kind}: {deaths.total()} deaths at crash points")
            tell_verdict(report, breakable, load, repeats_allowed=deaths["bot"])


def _die_everywhere(breakable: BreakableDesk, load: Load) -> Counter[str]:
    """How often each process has died."""
    deaths, desk = Counter[str](), breakable.desk
    for point in CRASH_POINTS:
        kind = point.partition(".")[0]
        fatal_pass = HOUSEKEEPING_COMMITS if kind == "transaction" else 1
        for process in WHO_PASSES.get(kind, ()):
            desk.kill(process)
            desk.start(process, SUPPORT_CRASH_AT=f"{point}:{fatal_pass}")
            desk.wait_for_death(process, 60)
            desk.start(process)
            wait_for_progress(load)
            deaths[process] += 1
    return deaths
