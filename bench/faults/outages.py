"""Something is away, or stands still, under the whole load: every request ends in time, also soon
after it is mended, and nothing is lost. Rows 4 and 9 of docs/guarantees.md.

What is cut or swallowed on the way is tried in small alone (`tests/faults/test_frozen_and_cut.py`).
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.faults.desks import KINDS, running_desk
from bench.faults.kills import tell_verdict, wait_for_progress
from bench.faults.report import Report
from tests.support.breaking import BreakableDesk
from tests.support.history.load import ANSWER_SECONDS, Load
from tests.support.history.records import Deed, Record

OUTAGE_SECONDS = 8.0
HEALED_SECONDS, AFTERWARDS_SECONDS = 10.0, 5.0
AWAY_SECONDS, WRITE_SECONDS, READ_SECONDS = 3.0, 5.0, 2.0


@dataclass(frozen=True)
class Outage:
    """What happens to whom, and within how many seconds a write has to end meanwhile."""

    words: str
    fault: AbstractContextManager[None]
    write_seconds: float


def measure(report: Report, *, long: bool) -> None:
    """Every outage three times (once in small) on each database."""
    times = 3 if long else 1
    for kind in KINDS:
        with running_desk(kind) as breakable:
            load = Load(breakable.desk, breakable.agents, is_patient=False)
            with load:
                wait_for_progress(load)
                outages = [one for _ in range(times) for one in _outages(breakable)]
                for outage in outages:
                    _suffer(outage, load, report, kind)
            tell_verdict(report, breakable, load, repeats_allowed=len(outages))


def _outages(breakable: BreakableDesk) -> Iterator[Outage]:
    tickets, sla = breakable.replicas_of("tickets"), breakable.replicas_of("sla")
    databases = ["postgres"] if breakable.postgres else []
    for victims in (tickets, ["broker"], databases):
        if victims:
            yield Outage(f"{victims} away", breakable.away(victims), AWAY_SECONDS)
    for victims in (["broker"], tickets, sla, databases):
        if victims:
            yield Outage(f"{victims} frozen", breakable.frozen(victims), WRITE_SECONDS)


def _suffer(outage: Outage, load: Load, report: Report, kind: str) -> None:
    with outage.fault:
        began = time.monotonic()
        time.sleep(OUTAGE_SECONDS)  # how long it lasts, which is the point
        ended = time.monotonic()
    healed = time.monotonic()
    # The load goes on; a request that hangs has to have ended to be counted.
    time.sleep(HEALED_SECONDS + AFTERWARDS_SECONDS + ANSWER_SECONDS)
    report.tell(f"{kind}: {outage.words}")
    _in_time(_begun(load, began, ended), outage.write_seconds, report, "meanwhile")
    afterwards = _begun(load, healed + HEALED_SECONDS, healed + HEALED_SECONDS + AFTERWARDS_SECONDS)
    _in_time(afterwards, WRITE_SECONDS, report, "afterwards")
    accepted = sum(one.status in {200, 201} for one in afterwards) / max(1, len(afterwards))
    report.tell(f"from {HEALED_SECONDS:.0f} s after it on {accepted:.0%} of the load was taken")


def _begun(load: Load, since: float, until: float) -> list[Record]:
    """Requests over HTTP of that time."""
    records = list(load.history.records)
    return [one for one in records if one.shows_at_once and since <= one.began_at < until]


def _in_time(records: Sequence[Record], write_seconds: float, report: Report, when: str) -> None:
    for deeds, limit in ((set(Deed) - {Deed.READ}, write_seconds), ({Deed.READ}, READ_SECONDS)):
        seconds = [one.seconds for one in records if one.deed in deeds]
        name = "read" if deeds == {Deed.READ} else "write"
        slowest = max(seconds, default=limit + 1)  # of none there would be nothing to promise
        words = f"{when}: slowest {name} of {len(seconds)}: {slowest:.1f} s ({limit:.0f})"
        report.promise(words, holds=slowest <= limit)
