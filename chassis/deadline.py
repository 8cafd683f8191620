"""One deadline for everything a request makes: each step gets what the steps before have left."""

from time import monotonic
from typing import Self


class Deadline:
    """A moment on the monotonic clock by which an answer is due."""

    def __init__(self, due: float) -> None:
        self._due = due

    @classmethod
    def after(cls, seconds: float) -> Self:
        """The deadline that many seconds from now."""
        return cls(monotonic() + seconds)

    def left(self, at_most: float | None = None) -> float:
        """Seconds until it passes, never negative; cut to `at_most` when that is less."""
        left = max(0.0, self._due - monotonic())
        return left if at_most is None else min(left, at_most)

    def patience(self, at_most: float | None = None) -> float:
        """The same for a socket, to which 0 would mean not to wait at all."""
        return max(self.left(at_most), 0.001)

    def has_passed(self) -> bool:
        """Is it too late?"""
        return monotonic() >= self._due
