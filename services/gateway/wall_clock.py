"""Times as a person reads them: on the desk's own wall, in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from chassis.catalogue import Catalogue

DAY = {"ru": "d MMMM", "en": "MMMM d"}
MOMENT = {"ru": "d MMMM, HH:mm", "en": "MMMM d, HH:mm"}


@dataclass(frozen=True)
class WallClock:
    """`zone` is where the wall is."""

    zone: ZoneInfo
    words: Catalogue

    def date_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def moment(self, instant: datetime) -> str:
        """Day and time."""
        return _moment(instant.astimezone(self.zone), self.words.language)

    def day(self, day: date) -> str:
        return _day(day, self.words.language)

    def span(self, since: datetime, until: datetime) -> str:
        """From when to when; the day is said once when it is the same."""
        is_one_day = self.date_of(since) == self.date_of(until)
        end = f"{until.astimezone(self.zone):%H:%M}" if is_one_day else self.moment(until)
        return f"{self.moment(since)} – {end}"

    def length(self, length: timedelta) -> str:
        """How long something lasted, to the minute."""
        hours, minutes = divmod(length // timedelta(minutes=1), 60)
        if not hours and not minutes:
            return self.words("length.moment")
        if not hours:
            return self.words("length.minutes", minutes=minutes)
        if not minutes:
            return self.words("length.whole_hours", hours=hours)
        return self.words("length.hours", hours=hours, minutes=minutes)

    def ago(self, seconds: float | None) -> str | None:
        """How old something is, in the largest unit that fits."""
        if seconds is None:
            return None
        for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
            if seconds >= size:
                return self.words.plural(f"age.{unit}", int(seconds // size))
        return self.words.plural("age.seconds", int(seconds))


@cache
def _day(day: date, language: str) -> str:
    """Of the same days the page tells again and again."""
    return format_date(day, DAY[language], locale=language)


def _moment(local: datetime, language: str) -> str:
    return format_datetime(local, MOMENT[language], locale=language)
