"""A broker behind a network that swallows words, and services that have gone without a word."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import amqp
import pytest
from amqp import Message as AmqpMessage
from kombu import Connection

from chassis.broker.address import BrokerAddress
from chassis.broker.consumer_guard import ConsumerGuard
from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed
from chassis.deadline import Deadline
from chassis.rpc.client import RpcClient
from chassis.rpc.publisher import NotSent, TransientPublisher
from chassis.rpc.wire import EXCHANGE
from chassis.service.queue_consumer import QueueConsumer
from contracts.errors import Unavailable
from tests.support.echo_messages import Nap, Words
from tests.support.queues import delete_queue, depth, take_all
from tests.support.service_process import ServiceProcess
from tests.support.waiting import wait_until
from tests.support.wire import Wire

ECHO = "tests.support.echo_service"
HEALED_SECONDS = 10
SLACK_SECONDS = 1.5


@pytest.fixture(scope="module")
def url(new_amqp_url: Callable[[], str]) -> str:
    return new_amqp_url()


@pytest.fixture
def wire(url: str) -> Iterator[Wire]:
    with Wire(urlsplit(url).port or 5672) as wire:
        yield wire


@pytest.fixture
def queue(url: str) -> Iterator[str]:
    """One that RPC messages with its name as their key come to."""
    name = f"ear-{uuid4()}"
    connection = BrokerAddress.parse(url).connect()
    channel = connection.channel()
    channel.queue_declare(name, auto_delete=False)
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_bind(name, EXCHANGE, name)
    connection.close()
    yield name
    delete_queue(url, name)


def seconds_taken(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def answers(client: RpcClient) -> bool:
    try:
        return bool(client.call("echo", "ping", timeout=1) == {"status": "ok"})
    except Unavailable:
        return False


def fails(act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError:
        return True
    return False


def fails_as_unavailable(client: RpcClient, timeout: float) -> None:
    with pytest.raises(Unavailable):
        client.call("echo", "echo", Words(text="anyone?"), timeout=timeout)


def test_a_publish_into_a_black_hole_ends_and_the_next_one_arrives(
    url: str, wire: Wire, queue: str
) -> None:
    publisher = ConfirmingPublisher(wire.instead_of(url), seconds=1)
    letter = Letter(routing_key=queue, body=b"{}", message_id="1")
    publisher.publish(letter)

    wire.swallow()
    for _ in range(2):  # on the connection there was, and on a new one
        with pytest.raises(PublishFailed):
            assert seconds_taken(lambda: publisher.publish(letter)) < 1 + SLACK_SECONDS
    wire.heal()

    publisher.publish(letter)
    publisher.close()


def test_a_connection_without_a_word_for_long_is_asked_for_one_before_it_is_trusted(
    monkeypatch: pytest.MonkeyPatch, url: str, wire: Wire, queue: str
) -> None:
    publisher = TransientPublisher(wire.instead_of(url))
    publisher.publish(queue, b"first", {}, Deadline.after(5))
    wait_until(lambda: depth(url, queue) == 1)
    wire.swallow()
    publisher.publish(queue, b"vanishes", {}, Deadline.after(5))
    wait_until(lambda: wire.swallowed)
    wire.heal()

    monkeypatch.setattr("chassis.rpc.publisher.TRUSTED_SECONDS", 0)
    publisher.publish(queue, b"last", {}, Deadline.after(5))

    wait_until(lambda: depth(url, queue) == 2)
    assert [message.body for message in take_all(url, queue)] == ["first", "last"]
    publisher.close()


def test_half_a_word_of_the_broker_is_not_waited_for(url: str, wire: Wire, queue: str) -> None:
    publisher = TransientPublisher(wire.instead_of(url))
    publisher.publish(queue, b"first", {}, Deadline.after(5))
    wire.break_off(after_bytes=9)  # the head of a frame has seven
    publisher.publish(queue, b"makes the broker speak", {"user_id": "else"}, Deadline.after(5))
    wait_until(lambda: wire.kept_back)

    healing = threading.Timer(3, wire.heal)
    healing.start()
    assert seconds_taken(lambda: publisher.publish(queue, b"x", {}, Deadline.after(5))) < 1.5
    healing.join()
    wait_until(lambda: not wire.kept_back)
    publisher.publish(queue, b"last", {}, Deadline.after(5))

    wait_until(lambda: depth(url, queue) == 2)
    assert [message.body for message in take_all(url, queue)] == ["first", "last"]
    publisher.close()


def test_while_connecting_ends_in_silence_nobody_queues_for_it(
    url: str, wire: Wire, queue: str
) -> None:
    publisher = TransientPublisher(wire.instead_of(url))
    wire.swallow()
    with pytest.raises(NotSent):
        publisher.publish(queue, b"{}", {}, Deadline.after(5))

    with pytest.raises(NotSent):
        assert seconds_taken(lambda: publisher.publish(queue, b"{}", {}, Deadline.after(5))) < 0.5

    wire.heal()
    wait_until(lambda: is_sent(publisher, queue), 5)
    publisher.close()


def is_sent(publisher: TransientPublisher, queue: str) -> bool:
    try:
        publisher.publish(queue, b"{}", {}, Deadline.after(1))
    except NotSent:
        return False
    return True


@pytest.fixture
def client(url: str) -> Iterator[RpcClient]:
    client = RpcClient(url, "tests")
    yield client
    client.close()


def test_a_call_to_a_service_that_is_not_there_fails_before_its_deadline(
    url: str, client: RpcClient, tmp_path: Path
) -> None:
    with ServiceProcess("echo", ECHO, tmp_path / "log", AMQP_URL=url):
        client.call("echo", "ping", timeout=5)

    assert seconds_taken(lambda: fails_as_unavailable(client, 20)) < 2.5 + SLACK_SECONDS


def test_a_call_to_a_service_that_never_was_fails_before_its_deadline(client: RpcClient) -> None:
    with pytest.raises(Unavailable):
        assert seconds_taken(lambda: client.call("nobody", "ping", timeout=20)) < 2.5


def test_a_call_that_takes_long_is_waited_for(url: str, client: RpcClient, tmp_path: Path) -> None:
    with ServiceProcess("echo", ECHO, tmp_path / "log", AMQP_URL=url):
        assert client.call("echo", "nap", Nap(seconds=4), timeout=20) == {
            "text": "slept",
            "said_at": None,
        }


def test_a_call_through_a_black_hole_fails_before_its_deadline_and_the_client_comes_back(
    url: str, wire: Wire, tmp_path: Path
) -> None:
    client = RpcClient(wire.instead_of(url), "tests")
    with ServiceProcess("echo", ECHO, tmp_path / "log", AMQP_URL=url):
        client.call("echo", "ping", timeout=5)
        wire.swallow()
        assert seconds_taken(lambda: fails_as_unavailable(client, 20)) < 3 + SLACK_SECONDS
        wire.heal()

        wait_until(lambda: answers(client), HEALED_SECONDS)
    client.close()


def test_a_service_that_a_black_hole_has_swallowed_consumes_again_by_itself(
    url: str, wire: Wire, client: RpcClient, tmp_path: Path
) -> None:
    with ServiceProcess("echo", ECHO, tmp_path / "log", AMQP_URL=wire.instead_of(url)) as echo:
        client.call("echo", "ping", timeout=5)
        wire.swallow()
        fails_as_unavailable(client, 1)
        wire.heal()

        wait_until(lambda: answers(client), HEALED_SECONDS + 5)
        assert echo.stop() == 0


def test_a_consumer_whose_connection_broke_at_a_write_does_not_listen_to_another(
    url: str, wire: Wire
) -> None:
    """kombu would open a new one without a word, and without consumers on it."""
    consumer = QueueConsumer()
    with Connection(wire.instead_of(url)) as connection:
        channel = connection.default_channel
        consumer.on_consume_ready(connection, channel, [])
        consumer.on_iteration()

        wire.cut()
        wait_until(lambda: fails(lambda: channel.basic_publish(AmqpMessage("x"), routing_key="x")))

        with pytest.raises(connection.connection_errors):
            consumer.on_iteration()


@dataclass(frozen=True)
class LetsIn(BrokerAddress):
    """A broker that lets everybody in, and falls silent then."""

    wire: Wire

    def connect(self, **options: Any) -> amqp.Connection:
        connection = super().connect(**options)
        self.wire.swallow()
        return connection


class Enough(Exception):
    """The guard has looked as often as a test needs."""


def test_a_guard_goes_on_looking_when_a_broker_falls_silent_after_letting_it_in(
    url: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.broker.consumer_guard.ANSWER_SECONDS", 0.2)
    there = BrokerAddress.parse(wire.instead_of(url))
    guard = ConsumerGuard(lambda: True, LetsIn(**vars(there), wire=wire), pytest.fail, ["a queue"])
    looks = iter(range(3))

    def look_again(_seconds: float) -> None:
        wire.heal()
        if next(looks) == 2:
            raise Enough

    with pytest.raises(Enough):
        guard.keep(look_again)
