"""How soon events have their effect, and how soon many that waited. Row 5 of docs/guarantees.md."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from bench.faults.crowd import ask
from bench.faults.desks import running_desk
from bench.faults.kills import tell_punctuality
from bench.faults.news import News
from bench.faults.overload import requests_of
from bench.faults.report import Report, percentile
from contracts.tickets import TicketOpened
from tests.support.events import events
from tests.support.history.load import Load
from tests.support.history.outcome import waiting_events
from tests.support.history.timetable import Pace
from tests.support.running_desk import RunningDesk
from tests.support.waiting import wait_until
from tests.support.wiretap import rows

HEARERS = {event.type: sorted(event.heard_by - {"gateway"}) for event in events()}
"""The gateway's workers hear in passing and keep no account; what they tell is read instead."""
HEAR_OF_TICKETS = HEARERS[TicketOpened.type]
SETTLED_SECONDS = 90.0
"""More than the 30 s after which a handler whose database was away is tried again."""
CALM_SECONDS = 30.0
PARTS_OF_LOAD = (1.0, 0.75, 0.5)
"""All are judged alike; less is tried on a machine that has not borne more, and the first that it
bears tells what a healthy desk does."""
BORNE = 0.05
"""A desk that bears a load refuses no more of it."""
PUT_OFF = '"event": "an event will be tried again"'
PER_SECOND = 10_000 / 60
"""What must be taken in when many have waited."""


def measure(report: Report, *, long: bool) -> None:
    """On each database: the lag of each handler under a load that the desk bears, then 10 000
    (2 000) that wait for each process that hears of tickets."""
    for kind in report.kinds:
        is_borne = False
        for part in (part for part in PARTS_OF_LOAD if not is_borne):
            with running_desk(kind) as breakable:
                load = Load(breakable.desk, breakable.agents, Pace().times(part), is_patient=False)
                news = News(breakable.desk, breakable.agents[0])
                is_borne = _bears(breakable.desk, load, news)
                asked = len(load.history.records)
                report.tell(
                    f"{kind}, {part:.0%} of the load, {refused_of(load)} of {asked} refused:"
                )
                tell_punctuality(report, load.punctuality)
                _judge_lag(breakable.desk, report)
                news.judge(report)
                report.promise(f"{kind} bears {part:.0%} of the load", holds=is_borne)
        with running_desk(kind) as breakable:
            _measure_backlogs(breakable.desk, report, 10_000 if long else 2_000)


def _bears(desk: RunningDesk, load: Load, news: News) -> bool:
    """Put load and news on the desk until all is heard; has it refused next to nothing?"""
    with load, news:
        time.sleep(CALM_SECONDS)  # the load runs meanwhile, which is what is measured
    desk.wait_until_healthy()
    with suppress(AssertionError):  # what has not been heard by then is told by the judge
        wait_until(lambda: _is_all_heard(desk), SETTLED_SECONDS)
    return refused_of(load) <= BORNE * len(load.history.records)


def refused_of(load: Load) -> int:
    """How many of its requests were not granted."""
    return sum(one.status is None or one.status >= 429 for one in load.history.records)


def _judge_lag(desk: RunningDesk, report: Report) -> None:
    lags = _lags(desk)
    for (fact, process), seconds in sorted(lags.items()):
        p99 = percentile(seconds, 0.99)
        words = f"{fact} at {process}: {len(seconds)} taken in, p99 {p99:.2f} s (1)"
        report.promise(words, holds=p99 <= 1)
    for fact, told in _told(desk).items():
        if not HEARERS[fact]:
            continue
        heard = {process: len(lags[fact, process]) for process in HEARERS[fact]}
        words = f"{fact} was told {told} times and heard {heard}"
        report.promise(words, holds=set(heard.values()) <= {told})


def _is_all_heard(desk: RunningDesk) -> bool:
    lags = _lags(desk)
    return all(
        len(lags[fact, process]) == told
        for fact, told in _told(desk).items()
        for process in HEARERS[fact]
    )


def _told(desk: RunningDesk) -> dict[str, int]:
    """How often each fact stands in an outbox."""
    counts = {fact: rows(desk, f"outbox WHERE type = '{fact}'") for fact in HEARERS}
    return {fact: count for fact, count in counts.items() if count}


def _lags(desk: RunningDesk) -> defaultdict[tuple[str, str], list[float]]:
    """By fact and process, how many seconds after it was told each was heard."""
    lags: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for process, line in _heard(desk):
        lags[line["fact"], process].append(line["lag_seconds"])
    return lags


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
        put_off = sum(desk.log(member).count(PUT_OFF) for member in members)
        report.promise(f"{put_off} of them put off for later", holds=not put_off)


def _wait_until_all_is_heard(desk: RunningDesk, process: str) -> None:
    wait_until(
        lambda: not waiting_events(desk, process), 300, f"the queues of {process} never emptied"
    )
