"""Working time: when it runs, how much lies between two instants, when so much has passed.

Owns every question of zones, holidays and clock changes, so that nothing else in sla asks one.
Instants come in any zone and go out in UTC; all sums are made on the UTC line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.sla.domain.windows import (
    MICROSECOND,
    MINUTES_A_DAY,
    BadCalendar,
    Span,
    Window,
    WorkedYear,
    edge,
    merge,
    spans_of,
    to_instant,
    to_microseconds,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_REST = 14
"""Days without any working window after which a calendar is taken for a mistake."""

NOTHING = timedelta(0)

DayWindows = tuple[Window, ...]


class HolidaysVersion(NamedTuple):
    """The imported holidays of a country, as that version tells them; 0 while none are."""

    country: str
    version: int


@dataclass(frozen=True)
class Calendar:
    """Weekly windows in a time zone, with dates that override their weekday both ways.

    `week` has seven entries from Monday on. `dates` goes by the local date: no windows make a
    holiday, some make a working Saturday or a short day. `holidays` names those that are among the
    dates; None when they are the desk's own alone.
    """

    name: str
    zone: str
    week: tuple[DayWindows, ...]
    dates: Mapping[date, DayWindows] = field(default_factory=dict)
    holidays: HolidaysVersion | None = None

    _years: dict[int, WorkedYear] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(self.week) != len(WEEKDAYS):
            raise BadCalendar(f"calendar {self.name}: a week has seven days")
        self._refuse_unknown_zone()
        self._refuse_long_rest()

    def add(self, start: datetime, working: timedelta) -> datetime:
        """Tell when that much working time has passed since `start`.

        When it runs out exactly at the end of a window the answer is that end, not the opening
        of the next.
        """
        if working < NOTHING:
            raise ValueError("working time is never negative")
        at = to_microseconds(start)
        if not working:
            return to_instant(at)
        number = _utc_year(start)
        year = self._year(number)
        needed = year.worked_until(at) + working // MICROSECOND
        while needed > year.total:
            needed -= year.total
            number += 1
            year = self._year(number)
        return to_instant(year.moment_when(needed))

    def before(self, end: datetime, working: timedelta) -> datetime:
        """Tell when that much working time was left until `end`: the last such moment.

        When it begins exactly at the opening of a window the answer is that opening, not the end
        of the one before.
        """
        if working < NOTHING:
            raise ValueError("working time is never negative")
        at = to_microseconds(end)
        if not working:
            return to_instant(at)
        number = _utc_year(end)
        needed = self._year(number).worked_until(at) - working // MICROSECOND
        while needed < 0:
            number -= 1
            needed += self._year(number).total
        return to_instant(self._year(number).moment_after(needed))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the working time from `start` to `end`; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        first, last = to_microseconds(start), to_microseconds(end)
        first_year, last_year = _utc_year(start), _utc_year(end)
        whole = sum(self._year(number).total for number in range(first_year, last_year))
        until_end = self._year(last_year).worked_until(last)
        return (whole + until_end - self._year(first_year).worked_until(first)) * MICROSECOND

    def windows_between(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Lay out the working windows from `start` to `end`, cut at both; what touches is one."""
        first, last = to_microseconds(start), to_microseconds(end)
        years = range(_utc_year(start), _utc_year(end) + 1)
        spans = merge(span for number in years for span in self._year(number).within(first, last))
        return [(to_instant(opens), to_instant(closes)) for opens, closes in spans]

    def is_open(self, instant: datetime) -> bool:
        """Tell whether working time runs at this moment."""
        at = to_microseconds(instant)
        return self._year(_utc_year(instant)).holds(at)

    def windows_on(self, day: date) -> DayWindows:
        """Tell the windows of a local date: its own, else those of its weekday."""
        return self.dates.get(day, self.week[day.weekday()])

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def _year(self, number: int) -> WorkedYear:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = WorkedYear(self._spans_of_year(number))
        return year

    def _spans_of_year(self, number: int) -> list[Span]:
        """Lay out a UTC year. Two days more on each side, since local days straddle its ends."""
        first, after = date(number, 1, 1), date(number + 1, 1, 1)
        begin, end = edge(first, 0, _UTC), edge(after, 0, _UTC)
        days = (first + timedelta(n) for n in range(-2, (after - first).days + 2))
        spans = (s for day in days for s in spans_of(day, self.windows_on(day), self._zone))
        clipped = ((max(start, begin), min(stop, end)) for start, stop in merge(spans))
        return [(start, stop) for start, stop in clipped if start < stop]

    def _refuse_unknown_zone(self) -> None:
        try:
            _ = self._zone
        except (LookupError, ValueError, OSError) as error:
            raise BadCalendar(f"calendar {self.name}: no time zone {self.zone!r}") from error

    def _refuse_long_rest(self) -> None:
        """A rest can only be too long around a closed date, or in every week there is."""
        closed = [day for day, windows in self.dates.items() if not windows]
        if not any(self.week):
            raise BadCalendar(f"calendar {self.name}: no weekday has a working window")
        for day in sorted(closed):
            for first in (day - timedelta(n) for n in range(LONGEST_REST)):
                if not any(self.windows_on(first + timedelta(n)) for n in range(LONGEST_REST)):
                    raise BadCalendar(
                        f"calendar {self.name}: no working window in {LONGEST_REST} days"
                        f" from {first.isoformat()}"
                    )


_UTC = ZoneInfo("UTC")


def _utc_year(instant: datetime) -> int:
    return instant.astimezone(UTC).year


def round_the_clock(name: str = "24x7") -> Calendar:
    """Make the calendar in which all time is working time."""
    return Calendar(name, "UTC", ((Window(0, MINUTES_A_DAY),),) * len(WEEKDAYS))


def read_calendar(
    name: str,
    zone: str,
    *,
    week: Mapping[str, Sequence[str]],
    dates: Mapping[str, Sequence[str]] | None = None,
    holidays: HolidaysVersion | None = None,
) -> Calendar:
    """Make a calendar from written words: weekdays `mon`…`sun`, dates `2026-05-09`, windows
    `10:00-18:00`. A weekday left out is free."""
    unknown = sorted(set(week) - set(WEEKDAYS))
    if unknown:
        raise BadCalendar(f"calendar {name}: {', '.join(unknown)} is no weekday; use mon to sun")
    try:
        return Calendar(
            name,
            zone,
            tuple(_read_windows(week.get(weekday, ())) for weekday in WEEKDAYS),
            {date.fromisoformat(day): _read_windows(texts) for day, texts in (dates or {}).items()},
            holidays,
        )
    except BadCalendar:
        raise
    except ValueError as error:
        raise BadCalendar(f"calendar {name}: {error}") from error


def _read_windows(texts: Sequence[str]) -> DayWindows:
    return tuple(Window.parse(text) for text in texts)
