"""Asking the processes of the running desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chassis.rpc.client import RpcClient
from cli.desk import Desk
from cli.trouble import Trouble
from contracts.caller import Caller
from contracts.errors import Unavailable
from contracts.event import Message

_PATIENCE_SECONDS = 5.0


@contextmanager
def calling(data_dir: Path) -> Iterator[Caller]:
    """What the typed clients call by; that nobody answers becomes a sentence."""
    address = Desk(data_dir).environment().get("AMQP_URL")
    if address is None:
        raise Trouble("No desk is known here: start ./support up, or set AMQP_URL.")
    rpc = RpcClient(address, "cli")
    try:
        yield _Caller(rpc)
    except Unavailable:
        raise Trouble("The desk does not answer: is ./support up running?") from None
    finally:
        rpc.close()


class _Caller:
    """Gives every call the same patience."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        return self._rpc.call(service, method, message, timeout=_PATIENCE_SECONDS)
