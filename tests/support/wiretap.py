"""Hears every event of a desk from beside it, and tells them again in another order."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import create_engine, text

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import EVENTS
from chassis.declare import subscriptions_of
from tests.support.queues import take_all
from tests.support.running_desk import DATABASES, RunningDesk
from tests.support.waiting import wait_until

QUEUE = "tests.wiretap"
LISTENERS = Counter(
    (process, one.event.type) for process in DATABASES for one in subscriptions_of(process)
)
"""How many queues of a process each type of event goes to."""


@dataclass(frozen=True)
class Heard:
    """One event as it went over the wire."""

    type: str
    id: str
    body: bytes


class Wiretap:
    """A queue of its own that gets what every listener gets; the desk's queues must be there."""

    def __init__(self, desk: RunningDesk) -> None:
        self._desk = desk
        self.heard: list[Heard] = []
        with BrokerAddress.parse(desk.amqp_url).connect() as connection:
            channel = connection.channel()
            channel.queue_declare(QUEUE, durable=True, auto_delete=False)
            channel.queue_bind(QUEUE, EVENTS, "#")

    def wait_until_all_is_heard(self) -> None:
        """Until every event has been published, and each of its listeners has handled it once."""

        def look() -> bool:
            self._take()
            wanted = hearings(self.heard)
            return rows(self._desk, "outbox WHERE published_at IS NULL") == 0 and wanted == rows(
                self._desk, "inbox"
            )

        wait_until(look, 60, lambda: f"{len(self.heard)} events, {rows(self._desk, 'inbox')} heard")

    def _take(self) -> None:
        for message in take_all(self._desk.amqp_url, QUEUE):
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            event_type = message.delivery_info["routing_key"]
            self.heard.append(Heard(event_type, message.properties["message_id"], body))


def tell_shuffled(desk: RunningDesk, events: Iterable[Heard], times: int, seed: int) -> None:
    """Publish each event so many times, all in one shuffled order, and wait for the last."""
    deck = list(events) * times
    random.Random(seed).shuffle(deck)
    told = hearings(deck)
    before = deliveries(desk)
    publisher = ConfirmingPublisher(desk.amqp_url)
    for event in deck:
        publisher.publish(
            Letter(event.type, event.body, event.id, exchange=EVENTS, mandatory=False)
        )
    publisher.close()
    wait_until(
        lambda: deliveries(desk) - before >= told,
        60,
        lambda: f"{deliveries(desk) - before} of {told} handled",
    )


def hearings(events: Iterable[Heard], *processes: str) -> int:
    """How many deliveries these events make, to the whole desk or to some of its processes."""
    return sum(
        LISTENERS[process, event.type] for event in events for process in processes or DATABASES
    )


def deliveries(desk: RunningDesk) -> int:
    """How many deliveries have been handled, repeats included."""
    return sum(
        line.count('"event": "heard"') + line.count('"event": "heard before"')
        for process in DATABASES
        for line in desk.log(process).splitlines()
    )


def rows(desk: RunningDesk, what: str, *processes: str) -> int:
    """Count rows in the databases of the desk, or in those of some processes."""
    return sum(_count(desk.database_of(process), what) for process in processes or DATABASES)


def forget_what_was_heard(desk: RunningDesk) -> None:
    """Empty every inbox: whatever is told again is handled again."""
    for process in DATABASES:
        engine = create_engine(desk.database_of(process))
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM inbox"))
        engine.dispose()


def _count(url: str, what: str) -> int:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {what}")) or 0)
    finally:
        engine.dispose()
