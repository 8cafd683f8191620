"""What a typed client needs of the wire, so that it can be tested without one."""

from typing import Any, Protocol

from contracts.event import Message


class Caller(Protocol):
    """Makes one RPC within its own deadline and trace id; raises contract errors.

    Returns the JSON value of the result; `Unavailable` means that the outcome is unknown.
    """

    def call(self, service: str, method: str, message: Message | None = None) -> Any: ...
