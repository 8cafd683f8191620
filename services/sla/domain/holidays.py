"""Days on which a country rests or works against its week, and what they make of a calendar's.

Where they are known from is no business of this module.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Windows = Sequence[str]
LOOKED_AHEAD = timedelta(days=60)
"""Holidays that begin to be lacking sooner are asked for: the longest targets reach so far."""


@dataclass(frozen=True, order=True)
class Holiday:
    """A day off and its name, or (`is_working`) a day of the weekend on which people work."""

    day: date
    name: str = ""
    is_working: bool = False


def renewed(
    before: Iterable[Holiday], found: Iterable[Holiday], years: range
) -> tuple[Holiday, ...]:
    """All days by date when those of `years` are told anew; the other years stay as they were."""
    others = [holiday for holiday in before if holiday.day.year not in years]
    return tuple(sorted([*others, *found]))


def lacking_years(known: Iterable[Holiday], today: date) -> list[int]:
    """The years from this day's to that of 60 days later of which no day is known."""
    told = {holiday.day.year for holiday in known}
    needed = range(today.year, (today + LOOKED_AHEAD).year + 1)
    return [year for year in needed if year not in told]


def overriding_dates(
    week: Sequence[Windows], free: Iterable[date], working: Iterable[date]
) -> dict[date, Windows]:
    """The windows of each such date: none on a day off; on a working one those of its own weekday,
    or else of the last weekday before it that has some, as a Saturday is worked like a Friday.

    `week` has seven entries from Monday on.
    """
    closed: dict[date, Windows] = dict.fromkeys(free, ())
    return closed | {day: _worked_like(week, day) for day in working}


def _worked_like(week: Sequence[Windows], day: date) -> Windows:
    backwards = (week[(day.weekday() - n) % len(week)] for n in range(len(week)))
    return next((windows for windows in backwards if windows), ())
