"""Hears events in a process without nameko: one real thread, one connection, made anew when lost.

    Listener(amqp_url, "bot", DurableQueues(store, ladder, {SUBSCRIPTION: handler})).start()
    Listener(amqp_url, "gateway", PassingQueue([IncidentDeclared], hear)).start()

`DurableQueues` (`chassis.events.durable`) lose nothing: what the process missed waits for it. A
`PassingQueue` lives and dies with the connection, for a process that only wants to hear of news
while it runs; it needs no database.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from amqp import Channel
from structlog import get_logger

from chassis.broker.thread import BrokerThread
from chassis.broker.topology import EVENTS
from contracts.event import Event

log = get_logger()


class Ear(Protocol):
    """Consumes what it wants to hear on a fresh channel, after every connection."""

    def open(self, channel: Channel) -> None: ...


class PassingQueue:
    """A queue of this process alone that ends with its connection. What `hear` raises is logged."""

    def __init__(self, events: Sequence[type[Event]], hear: Callable[[Any], None]) -> None:
        self._events = {event.type: event for event in events}
        self._hear = hear

    def open(self, channel: Channel) -> None:
        channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
        queue = channel.queue_declare(exclusive=True, auto_delete=True).queue
        for event_type in self._events:
            channel.queue_bind(queue, EVENTS, event_type)
        channel.basic_consume(queue, no_ack=True, callback=self._take)

    def _take(self, message: Any) -> None:
        event_type = message.delivery_info["routing_key"]
        try:
            self._hear(self._events[event_type].model_validate_json(body_of(message)))
        except Exception:
            log.exception("an event was not taken in", type=event_type)


class Listener:
    """The thread that listens with its ears until it is stopped, whatever the broker does."""

    def __init__(self, amqp_url: str, name: str, *ears: Ear) -> None:
        self._ears = ears
        self._is_listening = threading.Event()
        self._thread = BrokerThread(
            amqp_url,
            f"{name}-listener",
            on_connected=self._open,
            on_lost=self._is_listening.clear,
        )

    def start(self) -> None:
        """Begin to listen; the broker may come later."""
        self._thread.start()

    def stop(self) -> None:
        """End after the event in hand."""
        self._thread.close()

    def is_listening(self, within: float = 0.0) -> bool:
        """Is it connected, now or in so many seconds from now?"""
        return self._is_listening.wait(within)

    def _open(self, channel: Channel) -> None:
        channel.auto_decode = False
        for ear in self._ears:
            ear.open(channel)
        self._is_listening.set()


def body_of(message: Any) -> bytes:
    """A delivery's body as it went over the wire."""
    return message.body if isinstance(message.body, bytes) else bytes(message.body, "utf-8")
