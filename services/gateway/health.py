"""Is the desk well? Every process is asked over the broker, all at once and not for long."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from time import monotonic

from structlog import get_logger

from chassis.broker.publishing import ConfirmingPublisher, Letter, PublishFailed
from chassis.rpc.ping import NOT_READY, PING
from contracts.errors import ContractError
from services.gateway.calls import Rpc
from services.gateway.shapes import Check, Checks, Health

ASKED = ("tickets", "incidents", "sla", "bot")
WELL = frozenset({"ok", "idle"})
TOLD = WELL | {NOT_READY}
PATIENCE_SECONDS = 1.0
GOOD_FOR_SECONDS = 1.0

Probe = Callable[[], str]

log = get_logger()


class BrokerProbe:
    """Sends the broker a message for nobody: only a broker that takes messages confirms it."""

    def __init__(self, amqp_url: str) -> None:
        self._publisher = ConfirmingPublisher(amqp_url, seconds=PATIENCE_SECONDS)

    def __call__(self) -> str:
        letter = Letter(routing_key="gateway.health", body=b"{}", message_id="", mandatory=False)
        with suppress(PublishFailed):  # the connection may be of an earlier broker's life
            self._publisher.publish(letter)
            return "ok"
        self._publisher.publish(letter)
        return "ok"


class HealthCheck:
    """Computes health at most once a second, however many ask."""

    def __init__(self, rpc: Rpc, probe_broker: Probe) -> None:
        self._probes: dict[str, Probe] = {"broker": probe_broker}
        self._probes |= {name: self._ping(rpc, name) for name in ASKED}
        self._threads = ThreadPoolExecutor(len(self._probes), thread_name_prefix="health")
        self._turn = threading.Lock()
        self._answered_at = float("-inf")
        self._latest: Health | None = None
        self._running: dict[str, Future[tuple[str, float]]] = {}

    def now(self) -> Health:
        """The health of this second."""
        with self._turn:
            if self._latest is None or monotonic() - self._answered_at >= GOOD_FOR_SECONDS:
                self._latest = self._ask_all()
                # Asking takes a while when somebody is silent; those who waited for their turn
                # meanwhile are served with what was found.
                self._answered_at = monotonic()
            return self._latest

    def _ask_all(self) -> Health:
        for name, probe in self._probes.items():
            # A probe that hangs keeps its one thread; it is not asked a second time meanwhile.
            if name not in self._running or self._running[name].done():
                self._running[name] = self._threads.submit(_timed, probe)
        until = monotonic() + PATIENCE_SECONDS
        checks = {name: _check(name, self._running[name], until) for name in self._probes}
        is_well = all(check.status in WELL for check in checks.values())
        return Health(status="ok" if is_well else "degraded", checks=Checks(**checks))

    @staticmethod
    def _ping(rpc: Rpc, name: str) -> Probe:
        def ping() -> str:
            answer = rpc.call(name, PING, timeout=PATIENCE_SECONDS)
            if reasons := answer.get("checks"):
                log.warning("not ready", check=name, reasons=reasons)
            return str(answer["status"])

        return ping


def _timed(probe: Probe) -> tuple[str, float]:
    began = monotonic()
    status = probe()
    return status, round((monotonic() - began) * 1000, 1)


def _check(name: str, running: "Future[tuple[str, float]]", until: float) -> Check:
    try:
        status, latency_ms = running.result(timeout=max(0.0, until - monotonic()))
    except (ContractError, PublishFailed, TimeoutError) as error:
        log.warning("not well", check=name, error=f"{type(error).__name__}: {error}")
        return Check(status="error", latency_ms=None)
    return Check(status=status if status in TOLD else "error", latency_ms=latency_ms)
