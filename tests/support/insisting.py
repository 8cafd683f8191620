"""What every caller does with a database that was too busy: it asks again."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from contracts.errors import Unavailable

Answer = TypeVar("Answer")

BUSY_TIMES = 5
"""How often a database may be too busy; on a loaded machine its disk stands still for seconds."""


def insist(ask: Callable[[], Answer]) -> Answer:
    """The first answer that is one. Raises Unavailable when there was none so many times."""
    for _ in range(BUSY_TIMES):
        with suppress(Unavailable):
            return ask()
    return ask()
