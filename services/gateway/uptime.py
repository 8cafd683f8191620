"""How well a component did, day by day and over all of the last 90 days.

The rules are Statuspage's ("Display historical uptime of components", under "How it works",
https://help.statuspage.io/help/uptime-calendar): the time of a major outage counts whole, that of a
partial outage to 30 %, and whatever else is up. What nobody kept count of is neither up nor down.
Pure; days are those of the desk's own calendar.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.incidents import Stretch
from contracts.vocabulary import ComponentStatus

DAYS = 90
WEIGHT_TENTHS = {ComponentStatus.MAJOR_OUTAGE: 10, ComponentStatus.PARTIAL_OUTAGE: 3}
BADNESS = list(ComponentStatus)


@dataclass(frozen=True)
class Span:
    """[since, until), both aware; empty when it ends before it begins."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return max(self.until - self.since, timedelta(0))

    def within(self, other: "Span") -> "Span":
        """What both have in common."""
        return Span(max(self.since, other.since), min(self.until, other.until))


@dataclass(frozen=True)
class Day:
    """How long it was `counted`, and how long the component was not operational, by status."""

    date: date
    counted: timedelta
    lasted: Mapping[ComponentStatus, timedelta] = field(default_factory=dict)

    @property
    def worst(self) -> ComponentStatus | None:
        """How it was at its worst; None when nobody kept count."""
        if not self.counted:
            return None
        return max(self.lasted, key=BADNESS.index, default=ComponentStatus.OPERATIONAL)

    @property
    def down_tenths(self) -> timedelta:
        """Ten times the time it was down by its weights, so that it is exact."""
        return sum(
            (length * WEIGHT_TENTHS.get(status, 0) for status, length in self.lasted.items()),
            timedelta(0),
        )


@dataclass(frozen=True)
class Uptime:
    """The days, oldest first."""

    days: Sequence[Day]

    @property
    def counted(self) -> timedelta:
        return sum((day.counted for day in self.days), timedelta(0))

    @property
    def hundredths(self) -> int | None:
        """Of a percent, rounded down: 10000 only when it was never down. None without any count."""
        whole = self.counted * 10
        if not whole:
            return None
        down = sum((day.down_tenths for day in self.days), timedelta(0))
        return (whole - down) * 10_000 // whole

    @property
    def eventful(self) -> list[Day]:
        """The days on which it was not operational all the time, latest first."""
        return [day for day in reversed(self.days) if day.lasted]


def uptime(stretches: Iterable[Stretch], counted: Span, today: date, zone: ZoneInfo) -> Uptime:
    """Of one component, whose `stretches` do not overlap, by what is known of the time `counted`.
    The last of the days is `today`."""
    bad = [
        (stretch.status, Span(stretch.from_at, stretch.until_at or counted.until))
        for stretch in stretches
    ]
    days = (today - timedelta(days=back) for back in reversed(range(DAYS)))
    return Uptime([_day(each, _span_of(each, zone).within(counted), bad) for each in days])


def _day(day: date, counted: Span, bad: Iterable[tuple[ComponentStatus, Span]]) -> Day:
    lasted: dict[ComponentStatus, timedelta] = {}
    for status, length in _lengths(counted, bad):
        lasted[status] = lasted.get(status, timedelta(0)) + length
    return Day(day, counted.length, lasted)


def _lengths(
    counted: Span, bad: Iterable[tuple[ComponentStatus, Span]]
) -> Iterator[tuple[ComponentStatus, timedelta]]:
    for status, span in bad:
        if length := span.within(counted).length:
            yield status, length


def _span_of(day: date, zone: ZoneInfo) -> Span:
    return Span(_start_of(day, zone), _start_of(day + timedelta(days=1), zone))


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    """Its first instant. A midnight that a clock change leaves out is the moment of the change, and
    of one that comes twice the first is meant: `fold` is 0."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
