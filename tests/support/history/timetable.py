"""When the deeds of a load are due, and whether it kept to that."""

import random
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

LATE_SECONDS = 1.0

Deed = TypeVar("Deed")


@dataclass(frozen=True)
class Pace:
    """Deeds a second. The defaults are those that issue 3 names for the load during faults."""

    opened: float = 20
    written: float = 20
    read: float = 50
    answered: float = 5
    from_telegram: float = 0.05
    """The part of openings and messages that goes through Telegram, whose chats have a pace; of
    answers it is four times that."""

    def times(self, factor: float) -> "Pace":
        """The same mix, faster or slower."""
        return Pace(
            opened=factor * self.opened,
            written=factor * self.written,
            read=factor * self.read,
            answered=factor * self.answered,
            from_telegram=self.from_telegram,
        )


def timetable(rates: Sequence[tuple[float, Deed]]) -> Iterator[tuple[float, Deed]]:
    """When each deed is due, in seconds from the start, for ever and in order, by how many of its
    kind there are a second."""
    due = [(random.uniform(0, 1 / rate), rate, deed) for rate, deed in rates if rate > 0]
    while True:
        at, rate, deed = min(due, key=lambda one: one[0])
        due.remove((at, rate, deed))
        due.append((at + 1 / rate, rate, deed))
        yield at, deed


@dataclass
class Punctuality:
    """Did a load ask as much as it was to? One that waits for answers asks less of a desk that
    hangs, and its figures would be too good."""

    due: int = 0
    in_time: int = 0
    failures: list[str] = field(default_factory=list)
    """What went wrong in the load itself."""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def late(self) -> int:
        """How many deeds were begun more than a second after they were due, or never."""
        return self.due - self.in_time

    @contextmanager
    def watched(self, due_at: float) -> Iterator[None]:
        """Around a deed that was due at a moment of the monotonic clock."""
        with self._turn:
            self.in_time += monotonic() - due_at <= LATE_SECONDS
        try:
            yield
        except Exception:
            self.failures.append(traceback.format_exc())
