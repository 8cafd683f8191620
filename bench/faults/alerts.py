"""Warnings and breaches: each once, none late, whatever is restarted. Row 7 of docs/guarantees.md.

Tickets are opened one after another; then the clock of the desk is moved to just before the first
warning, and the moments of warning pass one after another while sla's replicas are killed in turn
and users write as ever; then the same with the deadlines.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

from bench.faults.crowd import ask
from bench.faults.desks import running_desk
from bench.faults.events import refused_of
from bench.faults.overload import requests_of
from bench.faults.report import Report, percentile
from chassis.broker.address import BrokerAddress
from chassis.broker.topology import EVENTS
from contracts.event import Event
from contracts.sla import SlaBreached, SlaWarned
from tests.support.breaking import BreakableDesk
from tests.support.history.load import Load
from tests.support.history.outcome import wait_until_at_rest
from tests.support.history.timetable import Pace
from tests.support.waiting import wait_until

QUEUE = "bench.alerts"
TARGET_SECONDS = 7_200.0
RATE = 10.0
WARNING = 0.8
EARLY_SECONDS = 5.0
RESTART_SECONDS = {1: 10.0, 2: 2.0, 3: 2.0}
"""By how many replicas there are: one alone must have time to start."""
PART_OF_LOAD = 0.25
"""A machine of two cores that starts a process every 2 s has hardly room for more. What the load
opens is due hours later: it adds no alert."""


@dataclass
class Alerts:
    """Every alert that was published, by what it is about."""

    warned: defaultdict[object, set[object]] = field(default_factory=lambda: defaultdict(set))
    breached: defaultdict[object, set[object]] = field(default_factory=lambda: defaultdict(set))
    late_seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Of warnings, and of breaches."""

    def take(self, event: Event) -> None:
        """A repeat by the relay has the same event id, and is one."""
        match event:
            case SlaWarned(ticket_id=ticket_id, cycle=n, threshold=threshold):
                self.warned[ticket_id, n, threshold].add(event.event_id)
                early = timedelta(seconds=(1 - threshold) * TARGET_SECONDS)
                self._note("warnings", event.occurred_at - (event.due_at - early))
            case SlaBreached(ticket_id=ticket_id, cycle=n):
                self.breached[ticket_id, n].add(event.event_id)
                self._note("breaches", event.occurred_at - event.due_at)

    def _note(self, what: str, late: timedelta) -> None:
        self.late_seconds[what].append(late.total_seconds())


def measure(report: Report, *, long: bool) -> None:
    """With one, two and three replicas, and with the broker away while deadlines pass."""
    count = 1_000 if long else 200
    for replicas, pause in RESTART_SECONDS.items():
        with running_desk("postgresql", replicas=replicas) as breakable:
            report.tell(f"{replicas} of sla, one killed every {pause:.0f} s:")
            alerts = _alerts_of(breakable, report, count, is_broker_away=False)
            _judge_count(report, alerts, count)
            _judge_lateness(report, alerts, is_promised=replicas > 1)
    with running_desk("postgresql") as breakable:
        report.tell("the broker away while the deadlines pass:")
        alerts = _alerts_of(breakable, report, count, is_broker_away=True)
        _judge_count(report, alerts, count)
        _judge_lateness(report, alerts, is_promised=True)


def _alerts_of(
    breakable: BreakableDesk, report: Report, count: int, *, is_broker_away: bool
) -> Alerts:
    """What is published while the warnings and the deadlines of so many tickets pass."""
    desk = breakable.desk
    _make_queue(desk.amqp_url)
    began = time.monotonic()
    ask(desk.port, RATE, count / RATE, requests_of(desk, {"open": 1.0}, impact="blocked"))
    wait_until_at_rest(desk)
    if is_broker_away:
        breakable.broker.kill()
    for moment in (WARNING * TARGET_SECONDS, TARGET_SECONDS):
        since = time.monotonic() - began
        desk.set_clock(moment - since - EARLY_SECONDS)
        until = time.monotonic() + count / RATE + 2 * EARLY_SECONDS
        load = Load(desk, breakable.agents, Pace().times(PART_OF_LOAD), is_patient=False)
        with load:
            if is_broker_away:
                time.sleep(until - time.monotonic())  # the moments pass meanwhile
            else:
                _restart_in_turn(breakable, until)
        report.tell(f"{len(load.history.records)} requests meanwhile, {refused_of(load)} refused")
    if is_broker_away:
        breakable.broker.start()
    alerts = Alerts()
    wait_until(lambda: _collect(desk.amqp_url, alerts) >= count, 120, "breaches are missing")
    wait_until_at_rest(desk)
    _collect(desk.amqp_url, alerts)
    return alerts


def _restart_in_turn(breakable: BreakableDesk, until: float) -> None:
    replicas = [name for name in breakable.desk.members if name.partition("-")[0] == "sla"]
    for name in cycle(replicas):
        if time.monotonic() > until:
            return
        breakable.break_and_mend(name)
        time.sleep(RESTART_SECONDS[len(replicas)])  # the pace of the restarts


def _judge_count(report: Report, alerts: Alerts, count: int) -> None:
    for name, told in (("warned", alerts.warned), ("breached", alerts.breached)):
        doubled = sum(len(ids) > 1 for ids in told.values())
        words = f"{len(told)} of {count} {name}, {doubled} decided twice"
        report.promise(words, holds=len(told) == count and not doubled)


def _judge_lateness(report: Report, alerts: Alerts, *, is_promised: bool) -> None:
    for what, seconds in sorted(alerts.late_seconds.items()):
        p99, worst = percentile(seconds, 0.99), max(seconds)
        words = f"{what} decided p99 {p99:.2f} s late, worst {worst:.2f}"
        if is_promised:
            report.promise(f"{words} (2)", holds=p99 <= 2)
        else:
            report.tell(f"{words}: nobody decides while the only one starts")


def _make_queue(amqp_url: str) -> None:
    connection = BrokerAddress.parse(amqp_url).connect()
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, auto_delete=False)
    for event in (SlaWarned, SlaBreached):
        channel.queue_bind(QUEUE, EVENTS, event.type)
    connection.close()


def _collect(amqp_url: str, alerts: Alerts) -> int:
    """Take what has come; how many breaches are known by now."""
    kinds: dict[str, type[Event]] = {event.type: event for event in (SlaWarned, SlaBreached)}
    connection = BrokerAddress.parse(amqp_url).connect()
    channel = connection.channel()
    while message := channel.basic_get(QUEUE, no_ack=True):
        kind = kinds[message.delivery_info["routing_key"]]
        alerts.take(kind.model_validate_json(message.body))
    connection.close()
    return len(alerts.breached)
