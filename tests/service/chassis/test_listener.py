"""Events heard in a plain thread: durable ones once, passing ones while it runs."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import EVENTS, Subscription, declare
from chassis.clock import SystemClock
from chassis.events.dead_letters import list_dead
from chassis.events.durable import DurableQueues
from chassis.events.ladder import AWAY_PAUSE_SECONDS, Ladder
from chassis.events.listener import Listener, PassingQueue
from chassis.storage.database import Database
from chassis.storage.store import Store
from chassis.storage.tables import ChassisBase
from contracts.errors import Unavailable
from contracts.event import Event
from tests.support.waiting import wait_until


class Rang(Event):
    type: ClassVar = "bell.rang.v1"
    heard_by: ClassVar = frozenset({"tests"})

    times: int


SUBSCRIPTION = Subscription("tests", "on_rang", Rang)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database(f"sqlite:///{tmp_path / 'tests.sqlite3'}")
    ChassisBase.metadata.create_all(database.engine)
    with database.writing() as session:
        session.execute(text("CREATE TABLE rings (times INTEGER)"))
    yield Store(database, SystemClock())
    database.close()


@pytest.fixture
def listening(
    fresh_amqp_url: str, store: Store
) -> Iterator[Callable[[Callable[[Session, Rang], None]], Listener]]:
    """Starts a listener with one durable queue and that handler."""
    declare(fresh_amqp_url, [SUBSCRIPTION])
    started: list[Listener] = []
    publisher = ConfirmingPublisher(fresh_amqp_url)

    def start(handler: Callable[[Session, Rang], None]) -> Listener:
        ear = DurableQueues(store, Ladder(publisher, SystemClock()), {SUBSCRIPTION: handler})
        started.append(Listener(fresh_amqp_url, "tests", ear))
        started[-1].start()
        assert started[-1].is_listening(within=10)
        return started[-1]

    yield start
    for listener in started:
        listener.stop()
    publisher.close()


def rings(store: Store) -> list[int]:
    with store.reading() as session:
        return list(session.execute(text("SELECT times FROM rings")).scalars())


def rang(times: int = 1) -> Rang:
    return Rang(event_id=uuid4(), occurred_at=datetime.now(UTC), version=1, times=times)


def publish(url: str, event: Rang, body: bytes | None = None) -> None:
    publisher = ConfirmingPublisher(url)
    content = body or event.model_dump_json().encode()
    publisher.publish(
        Letter(event.type, content, str(event.event_id), EVENTS, headers={"request_id": "trace"})
    )
    publisher.close()


def test_an_event_delivered_twice_takes_effect_once(
    fresh_amqp_url: str, store: Store, listening: Callable[..., Listener]
) -> None:
    handled: queue.Queue[int] = queue.Queue()

    def on_rang(session: Session, event: Rang) -> None:
        session.execute(text("INSERT INTO rings VALUES (:times)"), {"times": event.times})
        handled.put(event.times)

    listening(on_rang)
    first = rang(1)
    for event in (first, first, rang(2)):
        publish(fresh_amqp_url, event)

    wait_until(lambda: rings(store) == [1, 2])
    assert list(handled.queue) == [1, 2]


def test_a_handler_that_fails_is_tried_again_and_leaves_nothing_behind(
    fresh_amqp_url: str, store: Store, listening: Callable[..., Listener]
) -> None:
    tries: queue.Queue[int] = queue.Queue()

    def on_rang(session: Session, event: Rang) -> None:
        session.execute(text("INSERT INTO rings VALUES (:times)"), {"times": event.times})
        tries.put(event.times)
        if tries.qsize() == 1 and not failed.is_set():
            failed.set()
            raise RuntimeError("the first try always fails")

    failed = threading.Event()
    listening(on_rang)
    publish(fresh_amqp_url, rang(7))

    assert [tries.get(timeout=10), tries.get(timeout=10)] == [7, 7]
    publish(fresh_amqp_url, rang(8))
    wait_until(lambda: rings(store) == [7, 8])


def test_while_a_database_is_away_what_waits_does_not_hurry_round_the_ladder(
    fresh_amqp_url: str, listening: Callable[..., Listener]
) -> None:
    tried_at: list[float] = []

    def on_rang(_session: Session, _event: Rang) -> None:
        tried_at.append(time.monotonic())
        raise Unavailable("the database is away")

    listening(on_rang)
    for times in range(3):
        publish(fresh_amqp_url, rang(times))

    wait_until(lambda: len(tried_at) >= 3)
    assert all(after - before >= AWAY_PAUSE_SECONDS for before, after in pairwise(tried_at))


def test_what_cannot_be_read_is_parked_and_does_not_stop_the_rest(
    fresh_amqp_url: str, listening: Callable[..., Listener]
) -> None:
    handled: queue.Queue[int] = queue.Queue()
    listening(lambda _session, event: handled.put(event.times))

    publish(fresh_amqp_url, rang(), body=b"\xff{")
    publish(fresh_amqp_url, rang(3))

    assert handled.get(timeout=10) == 3
    (dead,) = list_dead(fresh_amqp_url)
    assert dead.queue == "tests.on_rang"
    assert "not a bell.rang.v1" in dead.error


def test_what_came_while_nobody_listened_is_heard_later(
    fresh_amqp_url: str, listening: Callable[..., Listener]
) -> None:
    declare(fresh_amqp_url, [SUBSCRIPTION])
    publish(fresh_amqp_url, rang(4))
    handled: queue.Queue[int] = queue.Queue()

    listening(lambda _session, event: handled.put(event.times))

    assert handled.get(timeout=10) == 4


def test_every_passing_queue_hears_every_event_and_survives_a_bad_one(
    fresh_amqp_url: str,
) -> None:
    heard: list[queue.Queue[int]] = [queue.Queue(), queue.Queue()]

    def hear(box: "queue.Queue[int]", event: Rang) -> None:
        if event.times == 0:
            raise RuntimeError("cannot take this one")
        box.put(event.times)

    listeners = [
        Listener(fresh_amqp_url, "tests", PassingQueue([Rang], lambda e, b=box: hear(b, e)))
        for box in heard
    ]
    for listener in listeners:
        listener.start()
        assert listener.is_listening(within=10)

    for times in (0, 5):
        publish(fresh_amqp_url, rang(times))

    assert [box.get(timeout=10) for box in heard] == [5, 5]
    for listener in listeners:
        listener.stop()
        assert not listener.is_listening()


def test_told_to_stop_while_nothing_comes_it_stops_at_once(fresh_amqp_url: str) -> None:
    listener = Listener(fresh_amqp_url, "tests", PassingQueue([Rang], lambda _: None))
    listener.start()
    assert listener.is_listening(within=10)
    threads = threading.active_count()
    time.sleep(0.2)  # into the rest between two ticks
    began = time.monotonic()

    listener.stop()

    assert time.monotonic() - began < 0.5
    assert threading.active_count() == threads - 1


def test_a_lost_connection_is_made_anew(fresh_amqp_url: str) -> None:
    heard: queue.Queue[int] = queue.Queue()
    connections = BreakableAddress(fresh_amqp_url)
    listener = Listener(
        fresh_amqp_url, "tests", PassingQueue([Rang], lambda event: heard.put(event.times))
    )
    listener._thread._address = connections  # type: ignore[assignment]
    listener.start()
    assert listener.is_listening(within=10)

    connections.break_all()

    assert connections.made_again.wait(10)
    assert listener.is_listening(within=10)
    publish(fresh_amqp_url, rang(6))
    assert heard.get(timeout=10) == 6
    listener.stop()


def test_it_listens_at_once_however_long_what_waits_for_it_takes(
    fresh_amqp_url: str, store: Store
) -> None:
    also = Subscription("tests", "on_rang_too", Rang)
    declare(fresh_amqp_url, [SUBSCRIPTION, also])
    for times in (7, 8):
        publish(fresh_amqp_url, rang(times))
    may_go_on = threading.Event()
    heard: queue.Queue[int] = queue.Queue()

    def think(_session: Session, event: Rang) -> None:
        assert may_go_on.wait(30)
        heard.put(event.times)

    publisher = ConfirmingPublisher(fresh_amqp_url)
    ear = DurableQueues(store, Ladder(publisher, SystemClock()), {SUBSCRIPTION: think, also: think})
    listener = Listener(fresh_amqp_url, "tests", ear)
    listener.start()

    assert listener.is_listening(within=10)
    may_go_on.set()
    assert sorted(heard.get(timeout=10) for _ in range(4)) == [7, 7, 8, 8]
    listener.stop()
    publisher.close()


class BreakableAddress:
    """An address whose connections a test can cut."""

    def __init__(self, url: str) -> None:
        self._address = BrokerAddress.parse(url)
        self._made: list[object] = []
        self.made_again = threading.Event()

    def connect(self, **options: object) -> object:
        connection = self._address.connect(**options)
        self._made.append(connection)
        if len(self._made) > 1:
            self.made_again.set()
        return connection

    def break_all(self) -> None:
        for connection in self._made:
            connection.transport.sock.shutdown(2)  # type: ignore[attr-defined]
