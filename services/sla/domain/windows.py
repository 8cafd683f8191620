"""Working windows of one day as wall time, and their place on the UTC line.

A window is half-open and stays within its day: `10:00-18:00` holds 10:00 and not 18:00, and
`22:00-24:00` ends with the day. What runs past midnight is written as two windows.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTES_A_DAY = 24 * 60
WRITTEN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")

Span = tuple[int, int]
"""A half-open stretch of the UTC line, in microseconds since the epoch."""


class BadCalendar(ValueError):
    """The calendar cannot mean anything; the text says what to change."""


@dataclass(frozen=True, order=True)
class Window:
    """From `opens` to `closes`, minutes since local midnight; 1440 is `24:00`."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_A_DAY:
            raise BadCalendar(
                f"{self} must open before it closes, between 00:00 and 24:00;"
                " split a window that crosses midnight in two"
            )

    def __str__(self) -> str:
        return "-".join(f"{at // 60:02d}:{at % 60:02d}" for at in (self.opens, self.closes))

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read `10:00-18:00`."""
        match = WRITTEN.fullmatch(text)
        if match is None:
            raise BadCalendar(f"{text!r} is no window; write it like 10:00-18:00")
        hours, minutes, until_hours, until_minutes = map(int, match.groups())
        if max(minutes, until_minutes) > 59:
            raise BadCalendar(f"{text!r} has more than 59 minutes in an hour")
        return cls(hours * 60 + minutes, until_hours * 60 + until_minutes)


def to_microseconds(instant: datetime) -> int:
    """Place an aware instant on the UTC line."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return (instant - EPOCH) // MICROSECOND


def to_instant(microseconds: int) -> datetime:
    """Read a place on the UTC line as an instant in UTC."""
    return EPOCH + microseconds * MICROSECOND


def edge(day: date, minutes: int, zone: ZoneInfo) -> int:
    """Convert one wall time to UTC.

    In a gap it moves forward by the gap, and of two it is the first: that is fold 0.
    """
    days, rest = divmod(minutes, MINUTES_A_DAY)
    wall = datetime.combine(day + timedelta(days), time(rest // 60, rest % 60), tzinfo=zone)
    return to_microseconds(wall.astimezone(UTC))


def spans_of(day: date, windows: Iterable[Window], zone: ZoneInfo) -> Iterator[Span]:
    """Tell where a local day's windows lie in UTC, without those a clock change swallowed."""
    for window in windows:
        start, end = edge(day, window.opens, zone), edge(day, window.closes, zone)
        if start < end:
            yield start, end


def merge(spans: Iterable[Span]) -> list[Span]:
    """Join what touches or overlaps, so that no moment counts twice."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class WorkedYear:
    """The working spans of one UTC year with running totals, so that a question is a bisection."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._before = list(accumulate((end - start for start, end in spans), initial=0))
        self.total = self._before[-1]

    def worked_until(self, at: int) -> int:
        """Microseconds worked in this year before `at`."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return 0
        return self._before[index] + min(at, self._ends[index]) - self._starts[index]

    def moment_when(self, worked: int) -> int:
        """The first moment at which `worked` (above zero, at most `total`) has been worked."""
        index = bisect_left(self._before, worked) - 1
        return self._starts[index] + worked - self._before[index]

    def moment_after(self, worked: int) -> int:
        """The last moment before which `worked` (below `total`) has been worked."""
        index = bisect_right(self._before, worked) - 1
        return self._starts[index] + worked - self._before[index]

    def within(self, start: int, end: int) -> Iterator[Span]:
        """The spans between two moments, cut at both."""
        index = bisect_right(self._ends, start)
        while index < len(self._starts) and self._starts[index] < end:
            yield max(self._starts[index], start), min(self._ends[index], end)
            index += 1

    def holds(self, at: int) -> bool:
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._ends[index]
