"""What a process without nameko must hear and may not lose: durable queues and their handlers."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from amqp import Channel
from structlog import get_logger

from chassis.broker.topology import Subscription
from chassis.events.consumer import Handler, handle_once, read_event, trace_of
from chassis.events.ladder import AWAY_PAUSE_SECONDS, Delivery, Hopeless, Ladder
from chassis.events.listener import body_of
from chassis.storage.store import Store
from contracts.errors import Unavailable

PREFETCH = 10

log = get_logger()


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
            body=body_of(message),
            message_id=message.properties.get("message_id", ""),
            headers=message.headers or {},
            comes_again=message.delivery_info["redelivered"],
        )
        is_away = False
        with trace_of(delivery):
            try:
                event = read_event(subscription, delivery)
                handle_once(
                    self._store,
                    subscription,
                    event,
                    self._handlers[subscription],
                    comes_again=delivery.comes_again,
                )
            except Exception as error:  # whatever it was, it is tried again
                is_away = isinstance(error, Unavailable)
                if not isinstance(error, Hopeless | Unavailable):  # the ladder tells of these
                    log.warning("a handler failed", queue=delivery.queue, exc_info=error)
                self._ladder.fail(delivery, error)
        message.channel.basic_ack(message.delivery_tag)
        if is_away:
            time.sleep(AWAY_PAUSE_SECONDS)  # well within a heartbeat; this thread does nothing else
