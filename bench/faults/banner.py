"""The public status with everything else dead: told to everybody, quickly, with its age.

Row 8 of docs/guarantees.md.
"""

from itertools import pairwise

from bench.banner import PATHS, RATE, told, visits
from bench.faults.crowd import ask
from bench.faults.desks import running_desk
from bench.faults.report import Report
from tests.support import plain_http
from tests.support.breaking import BreakableDesk

QUICK_SECONDS = 0.05
AGES_SECONDS = (0, 20, 600)
FACES = {"the banner": PATHS[:1], "the page": PATHS[1:2], "all faces": PATHS}
"""Each has the whole rate: a slow one hides among five."""


def measure(report: Report, *, long: bool) -> None:
    """Kill everything but the gateway, ask it; kill that too, start it again, ask again."""
    seconds = 60.0 if long else 10.0
    with running_desk("postgresql", replicas=1) as breakable:
        _ask(breakable, report, "everybody well", seconds, is_promised=False)
        breakable.leave_only("gateway")
        _ask(breakable, report, "all else dead", seconds)
        breakable.break_and_mend("gateway")
        breakable.desk.wait_until_live()
        _ask(breakable, report, "and started again", seconds)
        _grow_old(breakable, report)


def _ask(
    breakable: BreakableDesk,
    report: Report,
    when: str,
    seconds: float,
    *,
    is_promised: bool = True,
) -> None:
    for faces, paths in FACES.items():
        crowd = ask(breakable.desk.port, RATE, seconds, visits(paths))
        words = f"{when}, {faces}: {told(crowd)}"
        if not is_promised:
            report.tell(words)
            continue
        is_quick = crowd.p(0.99) <= QUICK_SECONDS
        report.promise(f"{words} (50)", holds=set(crowd.statuses()) == {200} and is_quick)


def _grow_old(breakable: BreakableDesk, report: Report) -> None:
    """The age told grows as time goes by."""
    ages = []
    for later in AGES_SECONDS:
        breakable.desk.set_clock(later)
        told_now = plain_http.get(f"{breakable.desk.url}/api/support/status/").json()
        ages.append(float(told_now["age_seconds"]))
    grown = [round(after - before) for before, after in pairwise(ages)]
    wanted = [after - before for before, after in pairwise(AGES_SECONDS)]
    holds = all(abs(one - other) <= 2 for one, other in zip(grown, wanted, strict=True))
    report.promise(f"age told {', '.join(f'{age:.0f} s' for age in ages)}", holds=holds)
