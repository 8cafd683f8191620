"""Hears events in a process without nameko: one real thread, one connection, made anew when lost.

    Listener(amqp_url, "bot", DurableQueues(store, ladder, {SUBSCRIPTION: handler})).start()
    Listener(amqp_url, "gateway", PassingQueue([IncidentDeclared], hear)).start()

`DurableQueues` lose nothing: what the process missed waits for it. A `PassingQueue` lives and dies
with the connection, for a process that only wants to hear of news while it runs.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, Protocol

from amqp import Channel, Connection
from structlog import get_logger

from chassis.broker_address import BrokerAddress
from chassis.consumer import Handler, handle_once, read_event, trace_of
from chassis.ladder import Delivery, Hopeless, Ladder
from chassis.publishing import PublishFailed
from chassis.store import Store
from chassis.topology import EVENTS, Subscription
from contracts.event import Event

TICK_SECONDS = 0.25
HEARTBEAT_SECONDS = 20
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
PREFETCH = 10

log = get_logger()


class Ear(Protocol):
    """Consumes what it wants to hear on a fresh channel, after every connection."""

    def open(self, channel: Channel) -> None: ...


class DurableQueues:
    """Durable queues, each with a handler that runs in a transaction, once an event.

    A delivery is acknowledged when its handler has committed, or when it is safely on the ladder.
    Neither is possible while the broker confirms nothing: then the connection is given up, and
    what was not acknowledged comes again. The queues themselves are made by `chassis.topology`.
    """

    def __init__(
        self, store: Store, ladder: Ladder, handlers: Mapping[Subscription, Handler]
    ) -> None:
        self._store = store
        self._ladder = ladder
        self._handlers = dict(handlers)

    def open(self, channel: Channel) -> None:
        channel.basic_qos(0, PREFETCH, False)
        for subscription in self._handlers:
            channel.basic_consume(subscription.queue, callback=partial(self._take, subscription))

    def _take(self, subscription: Subscription, message: Any) -> None:
        delivery = Delivery(
            queue=subscription.queue,
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
        self._address = BrokerAddress.parse(amqp_url)
        self._ears = ears
        self._is_listening = threading.Event()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{name}-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen; the broker may come later."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the event in hand."""
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def is_listening(self, within: float = 0.0) -> bool:
        """Is it connected, now or in so many seconds from now?"""
        return self._is_listening.wait(within)

    def _run(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self._is_stopping.is_set():
            began = monotonic()
            try:
                self._listen()
            except PublishFailed as error:
                log.warning("neither handled nor on the ladder", error=str(error))
            except Exception as error:  # py-amqp raises socket, TLS and protocol errors alike
                log.warning("the broker is away", error=f"{type(error).__name__}: {error}")
            lasted = monotonic() - began > 2 * LONGEST_WAIT_SECONDS
            wait = FIRST_WAIT_SECONDS if lasted else min(2 * wait, LONGEST_WAIT_SECONDS)
            self._is_stopping.wait(wait)

    def _listen(self) -> None:
        connection: Connection = self._address.connect(heartbeat=HEARTBEAT_SECONDS)
        try:
            channel = connection.channel()
            channel.auto_decode = False
            for ear in self._ears:
                ear.open(channel)
            self._is_listening.set()
            log.info("listening for events")
            self._drain(connection)
            connection.close()
        finally:
            self._is_listening.clear()
            with suppress(Exception):  # it is being thrown away anyhow
                connection.collect()

    def _drain(self, connection: Connection) -> None:
        while not self._is_stopping.is_set():
            with suppress(TimeoutError):
                connection.drain_events(timeout=TICK_SECONDS)
            connection.heartbeat_tick()


def _bytes(message: Any) -> bytes:
    return message.body if isinstance(message.body, bytes) else bytes(message.body, "utf-8")
