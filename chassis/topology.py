"""Exchanges, queues and bindings: one idempotent command declares them all.

    python -m chassis.topology <process> [<process> …]

Names and arguments are frozen: a queue whose arguments change cannot be declared again. How long
messages live and how they are replicated is tuned by vhost and policy instead.
"""

import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec

from amqp import Channel

from chassis.broker_address import BrokerAddress
from chassis.settings import ProcessSettings, load
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


def subscriptions_of(process: str) -> list[Subscription]:
    """What a process listens to: its nameko service's handlers, or its own `SUBSCRIPTIONS`."""
    if find_spec(f"services.{process}.service") is None:
        module = importlib.import_module(f"services.{process}.subscriptions")
        return list(module.SUBSCRIPTIONS)
    from chassis.listening import declared_by

    return declared_by(importlib.import_module(f"services.{process}.service"))


def main(processes: list[str]) -> None:
    """Declare what the named processes need."""
    amqp_url = load(ProcessSettings).amqp_url
    declare(amqp_url, [one for process in processes for one in subscriptions_of(process)])


if __name__ == "__main__":
    main(sys.argv[1:])
