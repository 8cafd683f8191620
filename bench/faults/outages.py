"""Something is away, or stands still, under the whole load: every request ends in time, from
before it until after it is mended, and nothing is lost. Rows 4 and 9 of docs/guarantees.md.

What is cut or swallowed on the way is tried in small alone (`tests/faults/test_frozen_and_cut.py`).
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.faults.desks import running_desk
from bench.faults.kills import tell_verdict, wait_for_progress
from bench.faults.report import Report
from bench.faults.status import StatusReader
from tests.support.breaking import ALARMS, BreakableDesk, alarm
from tests.support.history.load import ANSWER_SECONDS, Load
from tests.support.history.records import Deed, Record
from tests.support.wishes import Answer

OUTAGE_SECONDS = 8.0
BEFORE_SECONDS, HEALED_SECONDS, AFTERWARDS_SECONDS = 5.0, 10.0, 5.0
AWAY_SECONDS, WRITE_SECONDS, READ_SECONDS = 3.0, 5.0, 2.0
STATUS_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Outage:
    """What happens to whom, and within how many seconds a write has to end meanwhile."""

    words: str
    fault: AbstractContextManager[None]
    write_seconds: float = WRITE_SECONDS


def measure(report: Report, *, long: bool) -> None:
    """Every outage three times (once in small) on each database."""
    times = 3 if long else 1
    for kind in report.kinds:
        with running_desk(kind) as breakable:
            load = Load(breakable.desk, breakable.agents, is_patient=False)
            with load:
                wait_for_progress(load)
                outages = [one for _ in range(times) for one in _outages(breakable)]
                for outage in outages:
                    report.tell(f"{kind}: {outage.words}")
                    _suffer(outage, load, report)
            tell_verdict(report, breakable, load, repeats_allowed=len(outages))


def _outages(breakable: BreakableDesk) -> Iterator[Outage]:
    services = ("tickets", "sla", "incidents", "bot")
    tickets, *others = (breakable.replicas_of(name) for name in services)
    databases = ["postgres"] if breakable.postgres else []
    for victims in (tickets, ["broker"], databases):
        if victims:
            yield Outage(f"{victims} away", breakable.away(victims), AWAY_SECONDS)
    for victims in (["broker"], tickets, *others, databases):
        if victims:
            yield Outage(f"{victims} frozen", breakable.frozen(victims))
    for kind in ALARMS:
        yield Outage(f"an alarm of the broker, {kind}", alarm(breakable.broker, kind))


def _suffer(outage: Outage, load: Load, report: Report) -> None:
    with StatusReader(load.desk.url, STATUS_EVERY_SECONDS) as status:
        began = time.monotonic()
        with outage.fault:
            time.sleep(OUTAGE_SECONDS)  # how long it lasts, which is the point
            ended = time.monotonic()
        healed = time.monotonic()
        time.sleep(HEALED_SECONDS + AFTERWARDS_SECONDS)  # the load goes on, which is the point
    time.sleep(ANSWER_SECONDS)  # a request that hangs has to have ended to be counted
    well = healed + HEALED_SECONDS
    until = well + AFTERWARDS_SECONDS
    _in_time(_begun(load, began - BEFORE_SECONDS, began), WRITE_SECONDS, report, "right before")
    _in_time(_begun(load, began, ended), outage.write_seconds, report, "meanwhile")
    _in_time(_begun(load, ended, until), WRITE_SECONDS, report, "afterwards")
    asked = _begun(load, began - BEFORE_SECONDS, until)
    silent = sum(one.is_put_off and not one.retry_after for one in asked)
    report.promise(f"{silent} of {len(asked)} put off without a Retry-After", holds=not silent)
    _told([one.answer for one in status.seen], report)
    last = _begun(load, well, until)
    accepted = sum(one.status in {200, 201} for one in last) / max(1, len(last))
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


def _told(answers: Sequence[Answer], report: Report) -> None:
    slowest = max((one.seconds for one in answers), default=READ_SECONDS + 1)
    statuses = {one.status for one in answers}
    words = f"slowest status of {len(answers)}: {slowest:.1f} s ({READ_SECONDS:.0f}), {statuses}"
    report.promise(words, holds=slowest <= READ_SECONDS and statuses == {200})
