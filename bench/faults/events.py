"""How soon events have their effect, and how soon many that waited. Row 5 of docs/guarantees.md."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlalchemy import func, select

from bench.faults.crowd import ask
from bench.faults.desks import KINDS, running_desk
from bench.faults.overload import requests_of
from bench.faults.report import Report, percentile
from chassis.storage.database import Database
from chassis.storage.tables import OutboxRow
from contracts.tickets import TicketOpened
from tests.support.events import events
from tests.support.history.load import Load
from tests.support.history.outcome import wait_until_at_rest, waiting_events
from tests.support.running_desk import DATABASES, RunningDesk
from tests.support.waiting import wait_until

HEARERS = {event.type: sorted(event.heard_by - {"gateway"}) for event in events()}
"""The gateway's workers listen on passing queues, which nobody may count on."""
HEAR_OF_TICKETS = HEARERS[TicketOpened.type]
LONGEST_RETRY_SECONDS = 31.0
"""A handler whose database was away is tried again within 30 s."""
CALM_SECONDS = 30.0
PER_SECOND = 10_000 / 60
"""What must be taken in when many have waited."""


def measure(report: Report, *, long: bool) -> None:
    """On each database: the lag of each handler under load, then 10 000 (2 000) that wait for each
    process that hears of tickets."""
    for kind in KINDS:
        with running_desk(kind) as breakable:
            report.tell(f"{kind}:")
            _measure_lag(breakable.desk, Load(breakable.desk, breakable.agents), report)
            _measure_backlogs(breakable.desk, report, 10_000 if long else 2_000)


def _measure_lag(desk: RunningDesk, load: Load, report: Report) -> None:
    with load:
        time.sleep(CALM_SECONDS)  # the load runs meanwhile
    desk.wait_until_healthy()
    time.sleep(LONGEST_RETRY_SECONDS)  # what was tried again waits on the ladder, out of sight
    wait_until_at_rest(desk)
    lags: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for process, line in _heard(desk):
        lags[line["fact"], process].append(line["lag_seconds"])
    for (fact, process), seconds in sorted(lags.items()):
        p99 = percentile(seconds, 0.99)
        words = f"{fact} at {process}: {len(seconds)} taken in, p99 {p99:.2f} s (1)"
        report.promise(words, holds=p99 <= 1)
    for fact in sorted({fact for fact, _ in lags}):
        told, heard = _told(desk, fact), {each: len(lags[fact, each]) for each in HEARERS[fact]}
        holds = set(heard.values()) == {told}
        report.promise(f"{fact} was told {told} times and heard {heard}", holds=holds)


def _told(desk: RunningDesk, fact: str) -> int:
    """How many such facts went out of any outbox."""
    return sum(_count(desk.database_of(process), fact) for process in DATABASES)


def _count(url: str, fact: str) -> int:
    database = Database(url)
    try:
        with database.reading() as session:
            is_meant = OutboxRow.type == fact
            return session.scalar(select(func.count()).where(is_meant)) or 0
    finally:
        database.close()


def _heard(desk: RunningDesk) -> Iterator[tuple[str, dict[str, Any]]]:
    for member in desk.members:
        for line in desk.log(member).splitlines():
            if '"event": "heard"' in line:
                yield member.partition("-")[0], json.loads(line)


def _measure_backlogs(desk: RunningDesk, report: Report, count: int) -> None:
    """Tickets are opened while nobody hears of it; then one after the other has all to take in."""
    replicas = {
        process: [name for name in desk.members if name.partition("-")[0] == process]
        for process in HEAR_OF_TICKETS
    }
    for member in chain.from_iterable(replicas.values()):
        desk.stop(member)
    make = requests_of(desk, {"open": 1.0})
    while min(waiting_events(desk, process) for process in replicas) < count:
        ask(desk.port, 100.0, 5.0, make)
    for process, members in replicas.items():
        waited = waiting_events(desk, process)
        began = time.monotonic()
        for member in members:
            desk.start(member)
        _wait_until_all_is_heard(desk, process)
        took = time.monotonic() - began
        words = (
            f"{process}: {waited} waiting events taken in within {took:.1f} s, its start included"
        )
        report.promise(f"{words} ({waited / PER_SECOND:.0f})", holds=waited / took >= PER_SECOND)


def _wait_until_all_is_heard(desk: RunningDesk, process: str) -> None:
    wait_until(
        lambda: not waiting_events(desk, process), 300, f"the queues of {process} never emptied"
    )
