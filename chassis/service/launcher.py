"""Starts one nameko service as a process, and ends it in good order.

Nothing waits for a neighbour: loops run from the start, consumers connect when the broker comes.

Importing this module patches the standard library for eventlet, so it is the first import of a
service's `__main__` and of nothing else. nameko's own command line is not used.
"""

import chassis.service.green  # noqa: F401  # before all others

# isort: split
import os
import signal
import socket
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import eventlet
from nameko.containers import ServiceContainer
from structlog import get_logger

from chassis import garbage, logs
from chassis.broker.address import CONNECT_SECONDS
from chassis.crash import arm
from chassis.metrics import measure_busy_workers
from chassis.service.vitals import Vitals
from chassis.settings import ConfigurationError, ProcessSettings, load

WORKERS = 4
"""Calls and events in hand at a time: they share one processor, and wait for each other's rows."""
HEARTBEAT_SECONDS = 4
STOP_SECONDS = 10.0

log = get_logger()


def launch(name: str, module: str | None = None) -> None:
    """Run the service `name` (from `services.<name>.service`) until it is told to stop.

    Exits 0 after a stop in good order, 1 when the service died, could not be started or did not
    stop in time, 2 when the configuration is wrong, 3 when it was stuck (`chassis.watchdog`).
    """
    package = module.rpartition(".")[0] if module else f"services.{name}"
    settings = _load_settings(package)
    logs.configure(name, settings.log_level)
    arm(settings.crash_at)
    _end_at_once_on_signals()
    service = _find_service(name, module or f"services.{name}.service")
    vitals = Vitals(name)
    container = ServiceContainer(service, _nameko_config(settings, vitals))
    measure_busy_workers(name, container._worker_pool.running)
    vitals.start(settings)
    sys.exit(0 if _run(container, vitals) else 1)


def _load_settings(package: str) -> ProcessSettings:
    """The settings declared in the service's module `settings`; without one, the common ones."""
    try:
        has_own = find_spec(f"{package}.settings") is not None
        own: type[ProcessSettings] = (
            import_module(f"{package}.settings").Settings if has_own else ProcessSettings
        )
        return load(own)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def _nameko_config(settings: ProcessSettings, vitals: Vitals) -> dict[str, Any]:
    return {
        "AMQP_URI": settings.amqp_url,
        "settings": settings,
        "readiness": vitals.readiness,
        "HEARTBEAT": HEARTBEAT_SECONDS,
        "max_workers": WORKERS,
        "TRANSPORT_OPTIONS": {
            "max_retries": 1,
            "interval_start": 0.2,
            "interval_max": 1,
            "connect_timeout": CONNECT_SECONDS,
        },
    }


def _find_service(name: str, module: str) -> type:
    for value in vars(import_module(module)).values():
        if isinstance(value, type) and getattr(value, "name", None) == name:
            return value
    raise LookupError(f"{module} has no class with name = {name!r}")


def _run(container: ServiceContainer, vitals: Vitals) -> bool:
    """Serve until a signal or the container's death; was it an end in good order?"""
    garbage.collect_seldom()
    told_to_stop, _kept = _hear_signals()
    container.start()
    vitals.watch_over(container, container.config["AMQP_URI"])
    stopping = eventlet.spawn(_stop_on_signal, container, told_to_stop, vitals)
    try:
        container.wait()
    except Exception as error:
        log.critical("the service died", exc_info=error)
        return False
    return bool(stopping.wait())


def _end_at_once_on_signals() -> None:
    """Until the service runs there is nothing to finish."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def _hear_signals() -> tuple[socket.socket, socket.socket]:
    """From now on SIGTERM and SIGINT arrive as a byte on the first of these sockets, because that
    wakes the hub, and a handler would not. The other is to be kept until the end."""
    awaited, written = socket.socketpair()
    written.setblocking(False)
    signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave_to_the_socket)
    return awaited, written


def _stop_on_signal(container: ServiceContainer, told: socket.socket, vitals: Vitals) -> bool:
    """Wait for a signal, then finish what is in flight; did that work in time?"""
    told.recv(1)
    log.info("stopping")
    vitals.stand_down()
    try:
        with eventlet.Timeout(STOP_SECONDS):
            container.stop()
    except eventlet.Timeout:
        log.critical("did not stop in time; unfinished requests will be delivered again")
        os._exit(1)
    log.info("stopped")
    return True


def _leave_to_the_socket(_number: int, _frame: Any) -> None:
    """The wakeup socket has the signal already."""
