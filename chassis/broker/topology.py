"""Exchanges, queues and bindings: their names, and how all of them are declared at once.

Names and arguments are frozen: a queue whose arguments change cannot be declared again. How long
messages live and how they are replicated is tuned by vhost and policy instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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


def rung(seconds: int) -> str:
    """The name of the exchange and queue that hold a message back for so many seconds."""
    return f"support.retry.{seconds}s"


def declare(amqp_url: str, subscriptions: Iterable[Subscription]) -> None:
    """Declare everything; a repeat changes nothing."""
    connection = BrokerAddress.parse(amqp_url).connect()
    try:
        channel = connection.channel()
        channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
        channel.queue_declare(DEAD, durable=True, auto_delete=False)
        for seconds in DELAYS_SECONDS:
            _declare_rung(channel, seconds)
        for subscription in subscriptions:
            channel.queue_declare(subscription.queue, durable=True, auto_delete=False)
            channel.queue_bind(subscription.queue, EVENTS, subscription.event.type)
    finally:
        connection.close()


def _declare_rung(channel: Channel, seconds: int) -> None:
    """A message waits out the queue's TTL, then returns to the queue its routing key names."""
    name = rung(seconds)
    channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
    arguments = {"x-message-ttl": seconds * 1000, "x-dead-letter-exchange": ""}
    channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind(name, name)
