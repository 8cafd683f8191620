"""Exchanges, queues and bindings: their names, and how all of them are declared at once.

Names and arguments are frozen: a queue whose arguments change cannot be declared again. How long
messages live and how they are replicated is tuned by vhost and policy instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from amqp import Channel

from chassis.broker.address import BrokerAddress
from contracts.event import Event

EVENTS = "support.events"
DEAD = "support.dead"
DELAYS_SECONDS = (1, 5, 30, 120)
"""The rungs of the ladder: a failed handler is tried again after these, then parked."""


@dataclass(frozen=True)
class Subscription:
    """That a handler of a process wants a type of event; it has a durable queue of its own."""

    process: str
    handler: str
    event: type[Event]

    @property
    def queue(self) -> str:
        return f"{self.process}.{self.handler}"


@dataclass(frozen=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: str


@dataclass(frozen=True)
class Queue:
    """A durable queue."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Binding:
    """What an exchange gives to a queue."""

    queue: str
    exchange: str
    routing_key: str


@dataclass(frozen=True)
class Topology:
    """In the order in which it is declared."""

    exchanges: list[Exchange]
    queues: list[Queue]
    bindings: list[Binding]
    last: Queue
    """Where this is, all the rest is."""


def rung(seconds: int) -> str:
    """The name of the exchange and queue that hold a message back for so many seconds."""
    return f"support.retry.{seconds}s"


def topology_of(subscriptions: Iterable[Subscription]) -> Topology:
    """Everything that stands on the broker for these; frozen by `tests/contracts/topology.json`."""
    exchanges, queues = [Exchange(EVENTS, "topic")], list[Queue]()
    bindings: list[Binding] = []
    for seconds in DELAYS_SECONDS:
        # A message waits out the queue's TTL, then returns to the queue its routing key names.
        name = rung(seconds)
        arguments = {"x-message-ttl": seconds * 1000, "x-dead-letter-exchange": ""}
        exchanges.append(Exchange(name, "fanout"))
        queues.append(Queue(name, arguments))
        bindings.append(Binding(name, name, ""))
    for one in subscriptions:
        queues.append(Queue(one.queue))
        bindings.append(Binding(one.queue, EVENTS, one.event.type))
    return Topology(exchanges, queues, bindings, last=Queue(DEAD))


def declare(amqp_url: str, subscriptions: Iterable[Subscription]) -> None:
    """Declare everything; a repeat changes nothing.

    The queue of the dead comes last. Where it is, everything else is too: a relay waits for it,
    since what it publishes before a listener's queue exists would be lost to that listener.
    """
    wanted = topology_of(subscriptions)
    connection = BrokerAddress.parse(amqp_url).connect()
    try:
        channel = connection.channel()
        for exchange in wanted.exchanges:
            channel.exchange_declare(exchange.name, exchange.kind, durable=True, auto_delete=False)
        for queue in wanted.queues:
            _declare_queue(channel, queue)
        for binding in wanted.bindings:
            channel.queue_bind(binding.queue, binding.exchange, binding.routing_key)
        _declare_queue(channel, wanted.last)
    finally:
        connection.close()


def _declare_queue(channel: Channel, queue: Queue) -> None:
    channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=queue.arguments)
