"""Planned work as an agent tells it, and when that is by the desk's clock. Pure."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta

from services.bot.arguments import WrongCall, text_of
from services.bot.speech import Speech

WORK = re.compile(
    r"(?:(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4}))?\s+)?"
    r"(?P<start>\d{1,2}:\d\d)\s*[-–]\s*(?P<end>\d{1,2}:\d\d)\s+(?P<title>.*)\Z",
    re.ASCII | re.DOTALL,
)
LEAP_YEAR = 2024
"""The 29th of February is a day, until a year says otherwise."""
YEARS = range(MINYEAR + 1, MAXYEAR)
"""A night over the end of the last, or the first in another zone, would leave the calendar."""
LONGEST_NIGHT = timedelta(hours=12)
"""An end before the begin that takes longer than this was typed wrongly."""
FORESIGHT = timedelta(days=183)
"""A day of the next year may go without its year for so long; one that has just passed may not."""


@dataclass(frozen=True)
class Work:
    """Planned work by the desk's clock; without a day it is the next time that the clock shows
    `start`, without a year the next such day. An `end` before `start` is on the day after."""

    title: str
    start: time
    end: time
    day: tuple[int, int] | None = None
    """Day and month."""
    year: int | None = None


def work_of(argument: str, limit: int) -> Work:
    """What `/maintenance` was given: `28.11 02:00-04:00 title`. Raises WrongCall."""
    found = WORK.match(argument)
    if found is None:
        raise WrongCall("maintenance")
    try:
        start, end = (_clock(found[name]) for name in ("start", "end"))
        day = (int(found["day"]), int(found["month"])) if found["day"] else None
        year = int(found["year"]) if found["year"] else None
        if day is not None:
            date(year or LEAP_YEAR, day[1], day[0])
    except ValueError:
        raise WrongCall("maintenance", "bot.wrong.no_such_time") from None
    if year is not None and year not in YEARS:
        raise WrongCall("maintenance", "bot.wrong.no_such_time")
    _refuse_odd_span(start, end)
    title = text_of(" ".join(found["title"].split()), "maintenance", limit)
    return Work(title=title, start=start, end=end, day=day, year=year)


def span_of(words: Speech, work: Work, now: datetime) -> tuple[datetime, datetime]:
    """Begin and end, the next that fit. Raises WrongCall for a day that its year does not have, and
    for one that needs its year."""
    day = _day_of(words, work, words.local_date(now))
    starts_at = words.at(day, work.start)
    if work.day is None and starts_at < now - timedelta(minutes=1):
        day += timedelta(days=1)
        starts_at = words.at(day, work.start)
    last_day = day if work.end > work.start else day + timedelta(days=1)
    return starts_at, words.at(last_day, work.end)


def _day_of(words: Speech, work: Work, today: date) -> date:
    """Raises WrongCall."""
    if work.day is None:
        return today
    day, month = work.day
    years = (today.year, today.year + 1) if work.year is None else (work.year,)
    days = [found for year in years if (found := _date(year, month, day)) is not None]
    nearest = next((one for one in days if work.year or one >= today), None)
    if nearest is None:
        raise WrongCall("maintenance", "bot.wrong.no_such_time")
    if work.year is None and nearest.year > today.year and nearest - today > FORESIGHT:
        raise WrongCall("maintenance", "bot.wrong.which_year", day=words.full_day(nearest))
    return nearest


def _refuse_odd_span(start: time, end: time) -> None:
    """Raises WrongCall."""
    if start == end:
        raise WrongCall("maintenance", "bot.wrong.no_span")
    night = timedelta(days=1) - (_since_midnight(start) - _since_midnight(end))
    if end < start and night > LONGEST_NIGHT:
        raise WrongCall("maintenance", "bot.wrong.end_before_start")


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _date(year: int, month: int, day: int) -> date | None:
    """The day, if its year has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(text: str) -> time:
    """Raises ValueError."""
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes))
