"""How many requests may need the services at once: more while these are quick, fewer when not.

What a fixed number should be depends on the machine. Too many places on a slow one, and whoever is
let in waits behind all the others. So the number is found by trying, as TCP finds its window
(RFC 5681: additive increase, multiplicative decrease).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic

MOST = 48
"""Of the threads of one worker. Nobody waits for a place: a thread that did could refuse nobody
else."""
FEWEST = 6
"""Left even when all is slow, or nothing would show that it no longer is."""
QUICK_SECONDS = 0.5
"""An answer of a service that takes longer is a sign of too many. Accepted requests shall have
theirs within 5 s (docs/guarantees.md, row 16), and many ask more than one service."""
FEWER = 0.75
"""What is left of the places after a slow answer; once in QUICK_SECONDS, since those that were
under way with it are slow for the same reason."""


class Places:
    """Safe to share between threads."""

    def __init__(self, most: int = MOST, *, tell: Callable[[int], None] = lambda _: None) -> None:
        """`tell` is told the number at once and whenever it may have changed."""
        self._tell = tell
        self._turn = threading.Lock()
        self._most = most
        self._number = float(most)
        self._taken = 0
        self._fewer_since = -inf
        tell(most)

    @property
    def number(self) -> int:
        """How many there are now."""
        return int(self._number)

    @property
    def free(self) -> int:
        """How many more may come in now; less than none while those beyond the number leave."""
        return self.number - self._taken

    def take(self) -> bool:
        """Take a place, if there is one."""
        with self._turn:
            if self.free <= 0:
                return False
            self._taken += 1
            return True

    def give_back(self) -> None:
        """Leave a place that was taken."""
        with self._turn:
            self._taken -= 1

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Learn from a question to a service, asked within. One that fails at once says nothing."""
        began, is_answered = monotonic(), False
        try:
            yield
            is_answered = True
        finally:
            now = monotonic()
            self.learn(now - began, now, is_answered=is_answered)

    def learn(self, seconds: float, now: float, *, is_answered: bool) -> None:
        """A service took so long, until `now` (monotonic seconds)."""
        with self._turn:
            if seconds > QUICK_SECONDS:
                if now - self._fewer_since >= QUICK_SECONDS:
                    self._number = max(FEWEST, self._number * FEWER)
                    self._fewer_since = now
            elif is_answered:
                self._number = min(self._most, self._number + 1 / self._number)
            self._tell(self.number)
