"""The vital signs of a nameko service: what it looks at, and how it is told and watched.

Green threads beat, look and render, about once a second; real OS threads serve and watch, since
on the hub they would fall silent with the hub they are to report on. The real threads touch no
lock and no logger, because both are green here.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

import eventlet
from eventlet.patcher import original
from nameko.containers import ServiceContainer
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from structlog import get_logger

from chassis.broker.address import BrokerAddress
from chassis.broker.consumer_guard import ConsumerGuard
from chassis.readiness import Readiness
from chassis.service.extensions import OutboxRelay, SharedStore
from chassis.service.listening import EventQueueConsumer
from chassis.service.loop import Loop
from chassis.service.queue_consumer import QueueConsumer
from chassis.settings import ProcessSettings
from chassis.vital_signs import Page, pages, serve
from chassis.watchdog import BEAT_SECONDS, Pulse, Watchdog, end_loudly

FIRST_READY_SECONDS = 3.0
QUICK_LOOK_SECONDS = 0.05

_sockets: Any = original("socket")
_threading: Any = original("threading")
_pause: Callable[[float], None] = original("time").sleep

log = get_logger()


def _start_real_thread(run: Callable[[], None]) -> None:
    _threading.Thread(target=run, daemon=True).start()


class Vitals:
    """The pulse and the readiness of one service, from its start to its end."""

    def __init__(self, process: str) -> None:
        self.readiness = Readiness()
        self._process = process
        self._pulse = Pulse()
        self._rendered = b""
        self._onlookers: list[Any] = []

    def start(self, settings: ProcessSettings) -> None:
        """Begin to beat, to be watched and, on the metrics port, to be seen."""
        if settings.metrics_port:
            self._rendered = generate_latest()
        eventlet.spawn(self._beat, is_rendering=bool(settings.metrics_port))
        Watchdog(self._process, self._pulse, spawn=_start_real_thread, pause=_pause).start()
        serve(
            pages(self.readiness, self._pulse, self._metrics),
            settings.metrics_port,
            settings.metrics_host,
            sockets=_sockets,
            spawn=_start_real_thread,
            pause=_pause,
        )

    def watch_over(self, container: ServiceContainer, amqp_url: str) -> None:
        """Look at a container that has started, and say how it does, until `stand_down`."""
        _add_checks(self.readiness, container)
        self.readiness.keep(eventlet.spawn, eventlet.sleep)
        consumers = _of_kind(container, QueueConsumer)
        guard = ConsumerGuard(
            lambda: any(consumer.lack() for consumer in consumers),
            BrokerAddress.parse(amqp_url),
            self._end_without_consumer,
        )
        self._onlookers = [
            eventlet.spawn(guard.keep, eventlet.sleep),
            eventlet.spawn(self._tell_changes),
        ]

    def stand_down(self) -> None:
        """The service is being stopped: that it consumes no more is as it should be."""
        for onlooker in self._onlookers:
            onlooker.kill()

    def _tell_changes(self) -> None:
        """Log when the service becomes ready and when it no longer is."""
        until, was_ready = monotonic() + FIRST_READY_SECONDS, None
        while not self.readiness.report().is_ready and monotonic() < until:
            eventlet.sleep(QUICK_LOOK_SECONDS)
        while True:
            report = self.readiness.report()
            if report.is_ready and not was_ready:
                log.info("ready")
            elif report.failing and was_ready is not False:
                log.warning("not ready", checks=report.failing)
            was_ready = report.is_ready
            eventlet.sleep(BEAT_SECONDS)

    def _beat(self, *, is_rendering: bool) -> None:
        while True:
            self._pulse.beat()
            if is_rendering:
                self._rendered = generate_latest()
            eventlet.sleep(BEAT_SECONDS)

    def _metrics(self) -> Page:
        name = f"{self._process}_hub_lag_seconds"
        lag = max(0.0, self._pulse.silent_seconds() - BEAT_SECONDS)
        described = f"# HELP {name} How late the event loop is\n# TYPE {name} gauge\n"
        return Page(self._rendered + f"{described}{name} {lag:.3f}\n".encode(), CONTENT_TYPE_LATEST)

    def _end_without_consumer(self, reason: str) -> None:
        end_loudly(self._process, reason, spawn=_start_real_thread, pause=_pause)


def _add_checks(readiness: Readiness, container: ServiceContainer) -> None:
    for consumer in _of_kind(container, QueueConsumer):
        name = "events" if isinstance(consumer, EventQueueConsumer) else "rpc"
        readiness.add_instant(name, consumer.lack)
    if loops := _of_kind(container, Loop):
        readiness.add_instant("loops", lambda: _late(loops))
    for shared in _of_kind(container, SharedStore):
        readiness.add("database", shared.look)
    for relay in _of_kind(container, OutboxRelay):
        readiness.add_instant("relay", relay.lag)


def _late(loops: list[Any]) -> str | None:
    late = [type(loop).__name__ for loop in loops if loop.is_late()]
    return f"{', '.join(sorted(late))} has not run in good time" if late else None


def _of_kind(container: ServiceContainer, kind: type) -> list[Any]:
    return [each for each in container.extensions if isinstance(each, kind)]
