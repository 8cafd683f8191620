"""The nameko skin of the consumer: `@listens(TicketOpened)` on a service's method.

    @listens(TicketOpened)
    def start_clock(self, session: Session, event: TicketOpened) -> None: ...

The method runs inside one transaction of the service's `store`, once per event. What it raises
sends the event up the ladder; the delivery is acknowledged only after that has been confirmed.
"""

from collections.abc import Callable
from contextvars import copy_context
from functools import partial, wraps
from types import ModuleType
from typing import Any, TypeVar

import eventlet
from eventlet.semaphore import Semaphore
from kombu import Exchange, Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension
from structlog import get_logger
from structlog.contextvars import bind_contextvars

from chassis.broker.publishing import ConfirmingPublisher, PublishFailed
from chassis.broker.topology import EVENTS, Subscription
from chassis.clock import clock_for
from chassis.events.consumer import handle_once, read_event
from chassis.events.ladder import AWAY_PAUSE_SECONDS, Delivery, Hopeless, Ladder
from chassis.service.queue_consumer import QueueConsumer
from chassis.settings import ProcessSettings
from contracts.errors import Unavailable
from contracts.event import Event

log = get_logger()
Fact = TypeVar("Fact", bound=Event)
MARK = "listens_to"
PAUSE_SECONDS = 1.0
AT_ONCE = 6
"""Events of a service that are handled side by side: the rest of its workers is for those who wait
for an answer, also while ten thousand events are worked off."""


class EventQueueConsumer(QueueConsumer):
    """The consuming connection of all event queues, apart from the one of RPC.

    Messages come undecoded: kombu would acknowledge, and so lose, one that it cannot decode.
    """

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        """Called after every (re)connection."""
        for listener in self._providers:
            consumer = consumer_cls(
                queues=[listener.queue],
                on_message=partial(self.handle_message, listener, None),
            )
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[listener] = consumer
        return self._consumers.values()


class SharedLadder(SharedExtension):
    """One ladder, and so one publishing connection, for all listeners of a service."""

    def setup(self) -> None:
        settings: ProcessSettings = self.container.config["settings"]
        publisher = ConfirmingPublisher(self.container.config["AMQP_URI"])
        self.ladder = Ladder(publisher, clock_for(settings.clock_file))


class SharedTurns(SharedExtension):
    """Bounds how many events all listeners of a service have in hand."""

    def setup(self) -> None:
        self.turns = Semaphore(AT_ONCE)


class EventListener(Entrypoint):
    """Runs one method for the events of one type."""

    queue_consumer = EventQueueConsumer()
    shared = SharedLadder()
    side_by_side = SharedTurns()

    def __init__(self, event: type[Event]) -> None:
        super().__init__(expected_exceptions=Exception)
        self._event = event

    @property
    def subscription(self) -> Subscription:
        return Subscription(self.container.service_name, self.method_name, self._event)

    @property
    def queue(self) -> Queue:
        exchange = Exchange(EVENTS, "topic", durable=True, auto_delete=False)
        return Queue(self.subscription.queue, exchange, self._event.type, durable=True)

    def setup(self) -> None:
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)
        super().stop()

    def handle_message(self, _body: None, message: Any) -> None:
        """Read the event and start a worker on it; one that cannot be read is parked at once."""
        delivery = Delivery(
            subscription=self.subscription,
            body=_bytes(message.body),
            message_id=message.properties.get("message_id", ""),
            headers=message.headers or {},
            comes_again=message.delivery_info["redelivered"],
        )
        bind_contextvars(request_id=delivery.headers.get("request_id"))
        settle = partial(self._settle, message, delivery)
        try:
            event = read_event(self.subscription, delivery)
        except Hopeless as error:
            settle(None, None, (Hopeless, error, None))
            return
        turns = self.side_by_side.turns
        turns.acquire()
        try:
            worker = self.container.spawn_worker(
                self, (event, delivery.comes_again), {}, handle_result=settle
            )
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)
            return
        self.container._worker_threads[worker].link(lambda _: turns.release())
        # A new green thread starts with an empty context; this one has not run yet.
        self.container._worker_threads[worker].gr_context = copy_context()

    def _settle(
        self,
        message: Any,
        delivery: Delivery,
        _worker: Any,
        result: Any = None,
        exc_info: Any = None,
    ) -> tuple[Any, Any]:
        """Acknowledge what was handled or is safely on the ladder; anything else comes anew."""
        error = exc_info[1] if exc_info is not None else None
        try:
            if error is not None:
                self._send_up(delivery, error)
            self.queue_consumer.ack_message(message)
            if isinstance(error, Unavailable):
                eventlet.sleep(AWAY_PAUSE_SECONDS)
        except PublishFailed as error:
            log.warning("neither handled nor on the ladder", queue=delivery.queue, error=str(error))
            eventlet.sleep(PAUSE_SECONDS)  # the broker would deliver it again at once
            self.queue_consumer.requeue_message(message)
        return result, exc_info

    def _send_up(self, delivery: Delivery, error: BaseException) -> None:
        if not isinstance(error, Hopeless | Unavailable):  # the ladder tells of these
            log.warning("a handler failed", queue=delivery.queue, exc_info=error)
        self.shared.ladder.fail(delivery, error)


def listens(event: type[Fact]) -> Callable[[Callable[..., None]], Any]:
    """Make a method `(self, session, event)` the handler of a type of event."""

    def decorate(method: Callable[..., None]) -> Any:
        @wraps(method)
        def take(service: Any, fact: Fact, comes_again: bool = False) -> None:
            subscription = Subscription(service.name, method.__name__, event)
            run = partial(method, service)
            handle_once(service.store, subscription, fact, run, comes_again=comes_again)

        setattr(take, MARK, event)
        return EventListener.decorator(event)(take)

    return decorate


def declared_by(module: ModuleType) -> list[Subscription]:
    """What the service class in a module listens to."""
    return [
        Subscription(service.name, name, getattr(member, MARK))
        for service in vars(module).values()
        if isinstance(service, type) and hasattr(service, "name")
        for name, member in vars(service).items()
        if hasattr(member, MARK)
    ]


def _bytes(body: Any) -> bytes:
    """py-amqp decodes what says that it is UTF-8, and leaves what is not."""
    return body.encode() if isinstance(body, str) else bytes(body)
