"""Places for what takes as long as somebody's line is slow: files on their way in or out.

They are fewer than the threads, so that however many send or fetch files, others are answered; and
of them one person has a few, so that whoever sends without an end keeps nobody else from sending.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import Unavailable

UPLOADS, UPLOADS_OF_ONE = 8, 2
DOWNLOADS, DOWNLOADS_OF_ONE = 16, 10
"""As many pictures as one message may have."""


class Slots:
    """So many at once, and so many of one person; nobody waits for one."""

    def __init__(self, number: int, of_one: int) -> None:
        self._number = number
        self._of_one = of_one
        self._turn = threading.Lock()
        self._taken = Counter[str]()

    def take(self, person: str) -> None:
        """Raises Unavailable when there is none left, or none for this person."""
        with self._turn:
            if self._taken.total() >= self._number or self._taken[person] >= self._of_one:
                raise Unavailable("too many files at once")
            self._taken[person] += 1

    def give_back(self, person: str) -> None:
        with self._turn:
            self._taken[person] -= 1
            self._taken += Counter()  # which keeps those alone who have any

    @contextmanager
    def taken(self, person: str) -> Iterator[None]:
        """For as long as the block lasts. Raises Unavailable."""
        self.take(person)
        try:
            yield
        finally:
            self.give_back(person)
