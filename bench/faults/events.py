"""How soon events have their effect, and how soon many that waited. Row 5 of docs/guarantees.md."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator

from bench.faults.crowd import ask
from bench.faults.desks import KINDS, running_desk
from bench.faults.overload import requests_of
from bench.faults.report import Report, percentile
from tests.support.history.load import Load
from tests.support.history.outcome import wait_until_at_rest, waiting_events
from tests.support.running_desk import RunningDesk
from tests.support.waiting import wait_until

HEARERS = ("tickets", "incidents", "sla", "bot")
CALM_SECONDS = 30.0
PER_SECOND = 10_000 / 60
"""What must be taken in when many have waited."""


def measure(report: Report, *, long: bool) -> None:
    """On each database: the lag of each handler under load, then 10 000 (2 000) that wait."""
    for kind in KINDS:
        with running_desk(kind) as breakable:
            report.tell(f"{kind}:")
            _measure_lag(breakable.desk, Load(breakable.desk, breakable.agents), report)
            _measure_backlog(breakable.desk, report, 10_000 if long else 2_000)


def _measure_lag(desk: RunningDesk, load: Load, report: Report) -> None:
    with load:
        time.sleep(CALM_SECONDS)  # the load runs meanwhile
    wait_until_at_rest(desk)
    lags: defaultdict[str, list[float]] = defaultdict(list)
    for process, line in _heard(desk):
        lags[f"{process} {line['fact']}"].append(line["lag_seconds"])
    for what, seconds in sorted(lags.items()):
        p99 = percentile(seconds, 0.99)
        words = f"{what}: {len(seconds)} taken in, p99 {p99:.2f} s (1)"
        report.promise(words, holds=p99 <= 1)


def _heard(desk: RunningDesk) -> Iterator[tuple[str, dict[str, float]]]:
    for member in desk.members:
        for line in desk.log(member).splitlines():
            if '"event": "heard"' in line:
                yield member.partition("-")[0], json.loads(line)


def _measure_backlog(desk: RunningDesk, report: Report, count: int) -> None:
    """Tickets are opened while sla is away; then it has all their events to take in."""
    members = [name for name in desk.members if name.partition("-")[0] == "sla"]
    for member in members:
        desk.stop(member)
    make = requests_of(desk, {"open": 1.0})
    while waiting_events(desk, "sla") < count:
        ask(desk.port, 100.0, 5.0, make)
    waited = waiting_events(desk, "sla")
    began = time.monotonic()
    for member in members:
        desk.start(member)
    wait_until(lambda: waiting_events(desk, "sla") == 0, 300, "the queues of sla never emptied")
    took = time.monotonic() - began
    words = f"{waited} waiting events taken in within {took:.1f} s, the start of sla included"
    report.promise(f"{words} ({waited / PER_SECOND:.0f})", holds=waited / took >= PER_SECOND)
