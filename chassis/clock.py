"""The one place that asks what time it is. Tests move it; nothing else may look at the wall."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC instant."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock moved by the number of seconds written in a file.

    All processes of a desk under test read the same file, so one write moves them together. A
    missing or half-written file moves nothing.
    """

    def __init__(self, file: Path) -> None:
        self._file = str(file)

    def now(self) -> datetime:
        return SystemClock().now() + timedelta(seconds=self._offset_seconds())

    def _offset_seconds(self) -> float:
        if not os.access(self._file, os.R_OK):  # so it is nearly always, and asked all the time
            return 0.0
        try:
            return float(Path(self._file).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0.0


class SetClock:
    """Stands at the instant it was given until a test sets another."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def advance(self, **parts: float) -> None:
        """Move on by `timedelta(**parts)`."""
        self.instant += timedelta(**parts)


def clock_for(file: Path | None) -> Clock:
    """The machine's clock, or the one that tests move when they named a file."""
    return SystemClock() if file is None else ShiftedClock(file)
