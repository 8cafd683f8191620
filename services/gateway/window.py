"""How many requests may be asking the services at once: fewer when these are slow, and more again
as time goes by.

What the number should be depends on the machine. Too many on a slow one, and whoever is let in
waits behind all the others. So it is found by trying, as TCP finds its window (RFC 5681: additive
increase, multiplicative decrease).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic

FEWEST = 6
"""Left even when all is slow, or nothing would show that it no longer is."""
SLOW_SECONDS = 0.5
"""An answer of a service that takes longer is a sign of too many. Accepted requests shall have
theirs within 5 s (docs/guarantees.md, row 16), and many ask more than one service."""
LEFT = 0.75
"""What is left after a slow answer. Those that were under way with it are slow for the same reason
and take no more; nor does one that was slow while few asked: that is not for their number."""
MORE_PER_SECOND = 2.0
"""Also while nobody asks, so that a stall at night refuses nobody in the morning."""


class Window:
    """Safe to share between threads. Times are monotonic seconds."""

    def __init__(
        self,
        most: int,
        *,
        tell: Callable[[int], None] = lambda _: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`tell` is told the size at the start and whenever somebody comes in."""
        self._turn = threading.Lock()
        self._most = most
        self._tell = tell
        self._clock = clock
        self._left = float(most)
        self._closed_at = -inf
        self._inside = 0
        tell(most)

    @property
    def size(self) -> int:
        """How many may be inside now."""
        return int(self._size_at(self._clock()))

    @property
    def free(self) -> int:
        """How many more may come in; less than none while those beyond its size leave."""
        return self.size - self._inside

    def enter(self) -> bool:
        """Come in, if there is room."""
        with self._turn:
            has_room = self.free > 0
            self._inside += has_room
        self._tell(self.size)
        return has_room

    def leave(self) -> None:
        """Whoever has come in is done."""
        with self._turn:
            self._inside -= 1

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Learn from how long a question to a service takes, asked within and answered or not."""
        began = self._clock()
        try:
            yield
        finally:
            self.learn(began, self._clock())

    def learn(self, began: float, ended: float) -> None:
        """A service was asked then, and had answered or failed to then."""
        with self._turn:
            size = self._size_at(ended)
            is_slow = ended - began > SLOW_SECONDS
            if is_slow and began >= self._closed_at and 2 * self._inside >= size:
                self._left = max(FEWEST, size * LEFT)
                self._closed_at = ended

    def _size_at(self, now: float) -> float:
        return min(self._most, self._left + (now - self._closed_at) * MORE_PER_SECOND)
