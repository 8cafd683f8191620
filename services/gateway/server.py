"""gunicorn around the application: workers of threads, a graceful restart, numbers for Prometheus.

The master reads the settings (again at SIGHUP) and imports everything, so that a new worker serves
at once. What has a thread or a connection is made in the worker, after the fork.
"""

import socket
import sys
from importlib import import_module
from os import dup
from types import ModuleType
from typing import Any

from gunicorn import systemd
from gunicorn.app.base import BaseApplication
from structlog import get_logger

from chassis import logs, metrics
from chassis.settings import ConfigurationError, load
from chassis.watchdog import STUCK_SECONDS, Pulse
from services.gateway import vitals
from services.gateway.arbiter import DeskArbiter
from services.gateway.settings import Settings
from services.gateway.turnstile import THREADS

WORKERS = 2
GRACE_SECONDS = 8
KEEP_ALIVE_SECONDS = 5
HUNG_WORKER_SECONDS = int(STUCK_SECONDS)

log = get_logger()


class GatewayServer(BaseApplication):  # type: ignore[misc]
    """The master and its workers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pulse = Pulse()
        super().__init__()

    def run(self) -> None:
        DeskArbiter(self, self._pulse).run()

    def load_config(self) -> None:
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def reload(self) -> None:
        """Take up a changed configuration; one with faults is told, and the old one stays."""
        try:
            self._settings = load(Settings)
        except ConfigurationError as error:
            log.warning("the old configuration stays", error=str(error))
        super().reload()

    def load(self) -> Any:
        """The application, in a worker that has just been forked."""
        return _worker_life().begin(self._settings)

    def _options(self) -> dict[str, Any]:
        return {
            "bind": _address(self._settings.host, self._settings.port),
            "proc_name": "support-gateway",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "services.gateway.worker.DeskWorker",
            "logger_class": "services.gateway.worker.DeskLogger",
            "timeout": HUNG_WORKER_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": KEEP_ALIVE_SECONDS,
            "control_socket_disable": True,
            # Addresses are judged by SUPPORT_TRUSTED_PROXIES, in addresses.py alone.
            "forwarded_allow_ips": "",
            "when_ready": self._show_vitals,
            "post_fork": lambda _arbiter, _worker: vitals.leave_to_the_master(),
            "child_exit": self._forget_worker,
            "worker_exit": _end_worker,
        }

    def _show_vitals(self, _arbiter: Any) -> None:
        vitals.show(self._settings, self._pulse)

    def _forget_worker(self, _arbiter: Any, worker: Any) -> None:
        if self._settings.metrics_port:
            metrics.forget_worker(worker.pid)


def main() -> None:
    """Serve until SIGTERM. Exits 2 when the configuration is wrong."""
    try:
        settings = load(Settings)
        _refuse_another_address(settings.host, settings.port)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    logs.configure("gateway", settings.log_level)
    if settings.metrics_port:
        metrics.share_between_workers(settings.state_dir / f"metrics-{settings.port}")
    _worker_life()
    GatewayServer(settings).run()


def _refuse_another_address(host: str, port: int) -> None:
    """Raises ConfigurationError when systemd gives us its socket, as gunicorn takes it, and whoever
    goes by the configuration would look elsewhere."""
    if not systemd.listen_fds(unset_environment=False):
        return
    with socket.socket(fileno=dup(systemd.SD_LISTEN_FDS_START)) as given:
        listens_at = given.getsockname()[:2]
    if listens_at not in _meant(host, port):
        raise ConfigurationError(
            f"support_gateway.socket listens at {_address(*listens_at)}, SUPPORT_HOST and "
            f"SUPPORT_PORT name {_address(host, port)}: name one address in both."
        )


def _meant(host: str, port: int) -> list[tuple[object, ...]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [address[:2] for *_, address in found]


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _end_worker(_arbiter: Any, _worker: Any) -> None:
    _worker_life().end()


def _worker_life() -> ModuleType:
    """Imported late: prometheus-client decides at its import whether workers share."""
    return import_module("services.gateway.worker_life")
