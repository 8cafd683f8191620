"""What the `holidays` package tells of a country: the only module that asks it.

It is imported when somebody asks: that takes a tenth as long as a start of the process, and most
processes are never asked.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from contracts.errors import HolidaysUnknown
from services.sla.domain import Holiday

if TYPE_CHECKING:
    from holidays import HolidayBase

LANGUAGES = {"ru": "ru", "en": "en_US"}


class Told(NamedTuple):
    """Holidays by date, and the version of the library that told them."""

    days: tuple[Holiday, ...]
    library: str


def tell_holidays(country: str, years: range, locale: str) -> Told:
    """The holidays of `RU`, or of a part of a country such as `DE-BY`, named in the desk's language
    where the library speaks it. Raises HolidaysUnknown."""
    asked = _asked_for(country, years, locale)
    # What was moved may lie in another year than it was moved from.
    working = {day for day in asked.weekend_workdays if day.year in years}
    free = {day for day in asked if day.year in years} - working
    days = [Holiday(day, asked[day]) for day in free]
    days += [Holiday(day, is_working=True) for day in working]
    if silent := sorted(set(years) - {holiday.day.year for holiday in days}):
        unknown = {"country": country, "years": ", ".join(map(str, silent))}
        raise HolidaysUnknown("nothing is known of these years", unknown)
    return Told(tuple(sorted(days)), version("holidays"))


def _asked_for(country: str, years: range, locale: str) -> "HolidayBase":
    from holidays import country_holidays

    code, _, part = country.partition("-")
    try:
        speaks = country_holidays(code, expand=False)
        wanted = LANGUAGES.get(locale)
        # Left to itself it would follow the environment of whichever replica is asked.
        language = wanted if wanted in speaks.supported_languages else speaks.default_language
        return country_holidays(code, part or None, years, expand=False, language=language)
    except NotImplementedError as unknown:  # its word for a country or part that it has not
        raise HolidaysUnknown("the library does not know it", {"country": country}) from unknown
