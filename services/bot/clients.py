"""The typed clients of the three services, each bound to the seconds its callers can wait."""

from dataclasses import dataclass
from typing import Any

from chassis.rpc.client import RpcClient
from contracts.event import Command, Message

WRITE_SECONDS = 5.0
READ_SECONDS = 2.0
QUICK_SECONDS = 0.3
"""For what an answer can do without."""


@dataclass(frozen=True)
class BoundCaller:
    """Calls with one deadline: longer for what changes something."""

    rpc: RpcClient
    read_seconds: float = READ_SECONDS

    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        seconds = WRITE_SECONDS if isinstance(message, Command) else self.read_seconds
        return self.rpc.call(service, method, message, timeout=seconds)
