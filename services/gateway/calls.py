"""Calls to the services on behalf of one request, within what is left of its time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from datetime import datetime
from typing import Any, Protocol

from flask import current_app
from structlog import get_logger

from chassis.deadline import Deadline
from contracts.errors import ContractError, Unavailable
from contracts.event import Message
from contracts.incidents import IncidentsClient
from contracts.sla import Clocks, ForecastClocks, SlaClient, TicketClocks
from contracts.tickets import TicketFacts, TicketsClient
from contracts.vocabulary import Priority
from services.gateway.turnstile import Turnstile
from services.gateway.visit import current
from services.gateway.window import Window

CLOCKS_SECONDS = 0.3
"""How long a ticket waits for its clocks before it is served without them."""

FIGURES_SECONDS = 0.8

log = get_logger()
_ahead = ThreadPoolExecutor(48, thread_name_prefix="asks-ahead")


class Rpc(Protocol):
    """What the gateway needs of `chassis.rpc.client.RpcClient`."""

    def call(
        self, service: str, method: str, message: Message | None = None, *, timeout: float
    ) -> Any: ...


class TimedCaller:
    """The `Caller` of the typed clients, bound to a deadline; `at_most` seconds a call. How long
    the answers take teaches `window`."""

    def __init__(
        self,
        rpc: Rpc,
        deadline: Deadline,
        at_most: float | None = None,
        *,
        window: Window | None = None,
    ) -> None:
        self._rpc = rpc
        self._deadline = deadline
        self._at_most = at_most
        self._window = window

    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        timeout = self._deadline.left(self._at_most)
        if timeout <= 0:
            raise Unavailable("no time is left")
        with self._window.timing() if self._window else nullcontext():
            return self._rpc.call(service, method, message, timeout=timeout)


def tickets(at_most: float | None = None) -> TicketsClient:
    return TicketsClient(_caller(at_most))


def sla(at_most: float) -> SlaClient:
    return SlaClient(_caller(at_most))


def incidents(at_most: float | None = None) -> IncidentsClient:
    return IncidentsClient(_caller(at_most))


def forecast_clocks(priority: Priority, created_at: datetime) -> Callable[[], Clocks | None]:
    """Ask for the clocks of a ticket while it is being opened; call what this returns to have
    them, or None when sla does not answer in time."""
    client, query = sla(CLOCKS_SECONDS), ForecastClocks(priority=priority, created_at=created_at)
    asked = _ahead.submit(copy_context().run, client.forecast_clocks, query)

    def answered() -> Clocks | None:
        try:
            return asked.result()
        except ContractError as error:
            log.warning("served without clocks", code=error.code, reason=error.message)
            return None

    return answered


def clocks_of(facts: Sequence[TicketFacts]) -> dict[int, TicketClocks]:
    """The clocks by ticket; empty when sla does not answer in time."""
    if not facts:
        return {}
    try:
        described = sla(CLOCKS_SECONDS).describe_tickets(list(facts))
    except ContractError as error:
        log.warning("served without clocks", code=error.code, reason=error.message)
        return {}
    return {clocks.ticket_id: clocks for clocks in described}


def _caller(at_most: float | None) -> TimedCaller:
    turnstile: Turnstile = current_app.extensions["turnstile"]
    turnstile.let_ask()
    rpc: Rpc = current_app.extensions["rpc"]
    return TimedCaller(rpc, current().deadline, at_most, window=turnstile.window)
