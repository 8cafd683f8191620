"""What stands on the broker: named and shaped once and for all, since a queue cannot be changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chassis.broker import topology
from chassis.broker.publishing import ConfirmingPublisher, Unroutable
from chassis.broker.topology import DEAD, DELAYS_SECONDS, EVENTS, declare, rung
from tests.support.ledger.messages import TALLY, booked, letter_of
from tests.support.queues import depth, take_all
from tests.support.waiting import wait_until

EXCHANGES = {
    ("support.events", "topic"),
    ("support.retry.1s", "fanout"),
    ("support.retry.5s", "fanout"),
    ("support.retry.30s", "fanout"),
    ("support.retry.120s", "fanout"),
}
QUEUES: dict[str, dict[str, object]] = {
    "support.dead": {},
    "support.retry.1s": {"x-message-ttl": 1_000, "x-dead-letter-exchange": ""},
    "support.retry.5s": {"x-message-ttl": 5_000, "x-dead-letter-exchange": ""},
    "support.retry.30s": {"x-message-ttl": 30_000, "x-dead-letter-exchange": ""},
    "support.retry.120s": {"x-message-ttl": 120_000, "x-dead-letter-exchange": ""},
    "ledger.tally": {},
}


class Notebook:
    """A connection and its channel that write down what they are told to declare."""

    def __init__(self) -> None:
        self.exchanges: set[tuple[str, str]] = set()
        self.queues: dict[str, dict[str, object]] = {}
        self.bindings: set[tuple[str, str, str]] = set()

    def channel(self) -> "Notebook":
        return self

    def close(self) -> None:
        return None

    def exchange_declare(self, name: str, kind: str, **how: Any) -> None:
        assert how == {"durable": True, "auto_delete": False}
        self.exchanges.add((name, kind))

    def queue_declare(
        self, name: str, arguments: dict[str, object] | None = None, **how: Any
    ) -> None:
        assert how == {"durable": True, "auto_delete": False}
        self.queues[name] = arguments or {}

    def queue_bind(self, queue: str, exchange: str, routing_key: str = "") -> None:
        self.bindings.add((queue, exchange, routing_key))


def test_names_and_arguments_are_what_they_always_were(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = Notebook()
    monkeypatch.setattr(topology.BrokerAddress, "connect", lambda _address: notebook)

    declare("amqp://nowhere", [TALLY])

    assert notebook.exchanges == EXCHANGES
    assert notebook.queues == QUEUES
    assert notebook.bindings == {
        ("ledger.tally", EVENTS, "ledger.booked.v1"),
        *((rung(seconds), rung(seconds), "") for seconds in DELAYS_SECONDS),
    }


def test_declaring_again_changes_nothing_and_keeps_what_waits(url: str) -> None:
    publisher = ConfirmingPublisher(url)
    publisher.publish(letter_of(booked("bread")))

    declare(url, [TALLY])
    declare(url, [TALLY])

    publisher.publish(letter_of(booked("milk")))
    publisher.close()
    assert depth(url, TALLY.queue) == 2


def test_a_rung_gives_a_message_back_to_the_queue_it_came_from_and_to_no_other(
    url: str, publisher_to: Callable[[str], ConfirmingPublisher]
) -> None:
    letter = replace(letter_of(booked("bread")), exchange=rung(1), routing_key=TALLY.queue)

    publisher_to(url).publish(letter)

    assert depth(url, TALLY.queue) == 0
    wait_until(lambda: depth(url, TALLY.queue) == 1)
    (message,) = take_all(url, TALLY.queue)
    assert message.properties["message_id"] == letter.message_id
    assert depth(url, DEAD) == 0


def test_a_mandatory_message_without_a_queue_is_known_to_be_unroutable(
    url: str, publisher_to: Callable[[str], ConfirmingPublisher]
) -> None:
    publisher = publisher_to(url)

    with pytest.raises(Unroutable):
        publisher.publish(replace(letter_of(booked("lost")), routing_key="nobody.hears.v1"))

    publisher.publish(letter_of(booked("bread")))
    assert depth(url, TALLY.queue) == 1
