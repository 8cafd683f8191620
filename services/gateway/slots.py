"""Places for what takes as long as somebody's line is slow: files on their way in or out.

They are fewer than the threads, so that however many send or fetch files, others are answered.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import Unavailable

UPLOADS = 8
DOWNLOADS = 16


class Slots:
    """So many at once; nobody waits for one."""

    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)

    def take(self) -> None:
        """Raises Unavailable when all are taken."""
        if not self._free.acquire(blocking=False):
            raise Unavailable("too many files at once")

    def give_back(self) -> None:
        self._free.release()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """For as long as the block lasts. Raises Unavailable."""
        self.take()
        try:
            yield
        finally:
            self.give_back()
