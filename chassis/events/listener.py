"""Hears events in a process without nameko: one real thread, one connection, made anew when lost.

    Listener(amqp_url, "bot", DurableQueues(store, ladder, {SUBSCRIPTION: handler})).start()
    Listener(amqp_url, "gateway", PassingQueue([IncidentDeclared], hear)).start()

`DurableQueues` lose nothing: what the process missed waits for it. A `PassingQueue` lives and dies
with the connection, for a process that only wants to hear of news while it runs.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from amqp import Channel
from structlog import get_logger

from chassis.broker.thread import BrokerThread
from chassis.broker.topology import EVENTS, Subscription
from chassis.events.consumer import Handler, handle_once, read_event, trace_of
from chassis.events.ladder import Delivery, Hopeless, Ladder
from chassis.storage.store import Store
from contracts.event import Event

PREFETCH = 10

log = get_logger()


class Ear(Protocol):
    """Consumes what it wants to hear on a fresh channel, after every connection."""

    def open(self, channel: Channel) -> None: ...


class DurableQueues:
    """Durable queues, each with a handler that runs in a transaction, once an event.

    A delivery is acknowledged when its handler has committed, or when it is safely on the ladder.
    Neither is possible while the broker confirms nothing: then the connection is given up, and
    what was not acknowledged comes again. The queues themselves are made by `chassis.declare`.
    """

    def __init__(
        self, store: Store, ladder: Ladder, handlers: Mapping[Subscription, Handler]
    ) -> None:
        self._store = store
        self._ladder = ladder
        self._handlers = dict(handlers)

    def open(self, channel: Channel) -> None:
        """Once the first event may come, nothing is asked of the broker any more: whoever waits
        for an answer handles what comes before it, and a backlog would keep us from listening."""
        channel.basic_qos(0, PREFETCH, False)
        for subscription in self._handlers:
            channel.queue_declare(subscription.queue, passive=True)  # raises when it is missing
        for subscription in self._handlers:
            channel.basic_consume(
                subscription.queue,
                consumer_tag=subscription.queue,
                callback=partial(self._take, subscription),
                nowait=True,
            )

    def _take(self, subscription: Subscription, message: Any) -> None:
        delivery = Delivery(
            subscription=subscription,
            body=_bytes(message),
            message_id=message.properties.get("message_id", ""),
            headers=message.headers or {},
        )
        with trace_of(delivery):
            try:
                event = read_event(subscription, delivery)
                handle_once(self._store, subscription, event, self._handlers[subscription])
            except Exception as error:  # whatever it was, it is tried again
                if not isinstance(error, Hopeless):
                    log.warning("a handler failed", queue=delivery.queue, exc_info=error)
                self._ladder.fail(delivery, error)
        message.channel.basic_ack(message.delivery_tag)


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
            self._hear(self._events[event_type].model_validate_json(_bytes(message)))
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


def _bytes(message: Any) -> bytes:
    return message.body if isinstance(message.body, bytes) else bytes(message.body, "utf-8")
