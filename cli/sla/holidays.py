"""`./support sla holidays`: a country's public holidays for the calendars that name it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import click
from pydantic import ValidationError

from cli.calling import calling
from cli.desk import data_dir_option
from cli.trouble import Trouble
from contracts.errors import CalendarNeverOpens, HolidaysUnknown
from contracts.sla import HolidaysView, HolidayView, ImportHolidays, LackingHolidays, SlaClient

_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")


@click.command
@click.option("--country", required=True, help="Its code, such as RU; DE-BY for a part of one.")
@click.option("--years", required=True, help="The first and the last, such as 2026-2027, or one.")
@data_dir_option
def holidays(country: str, years: str, data_dir: Path) -> None:
    """Import public holidays, also weekend days on which people work.

    Calendars with `country` in support.toml go by them from now on. What runs keeps its deadline.
    """
    command = _command(country, years)
    with _sla(data_dir) as sla:
        imported = sla.import_holidays(command).result
    for day in imported.days:
        click.echo(_line(day))
    click.echo(_summary(imported, years))
    click.echo(_users(imported))


def lack(lacking: LackingHolidays) -> str:
    """That a calendar goes without holidays, as the beginning of a sentence has it."""
    country = lacking.country
    if not lacking.is_any_imported:
        return f"A calendar names {country}, and no holidays of it are imported yet"
    years = " and ".join(map(str, lacking.years))
    return f"A calendar names {country}, and its holidays of {years} are not imported yet"


def mending(lacking: LackingHolidays) -> str:
    """The command that imports them."""
    first, last = lacking.years[0], lacking.years[-1]
    years = str(first) if first == last else f"{first}-{last}"
    return f"./support sla holidays --country {lacking.country} --years {years}"


def _command(country: str, years: str) -> ImportHolidays:
    """Raises Trouble for what the contract would not take."""
    written = _YEARS.fullmatch(years)
    if written is None:
        raise Trouble(f"--years {years!r}: give a year or two, such as 2026 or 2026-2027.")
    first, last = written[1], written[2] or written[1]
    try:
        return ImportHolidays(
            command_id=f"cli:{uuid4()}",
            country=country.upper(),
            first_year=int(first),
            last_year=int(last),
        )
    except ValidationError as error:
        raise Trouble(f"{_faults(error, country, years)}.") from None


def _faults(error: ValidationError, country: str, years: str) -> str:
    found = {
        f"--country {country!r}" if "country" in fault["loc"] else f"--years {years!r}": fault[
            "msg"
        ]
        for fault in error.errors()
    }
    return "; ".join(f"{at}: {msg.removeprefix('Value error, ')}" for at, msg in found.items())


def _line(holiday: HolidayView) -> str:
    what = "a working day" if holiday.is_working else holiday.name
    return f"{holiday.day}\t{holiday.day:%a}\t{what}"


def _summary(imported: HolidaysView, years: str) -> str:
    working = sum(day.is_working for day in imported.days)
    free = len(imported.days) - working
    news = "" if imported.is_new else ", which was known: nothing has changed"
    return (
        f"{imported.country} {years}: days off {free}, weekend days worked {working}, "
        f"as holidays {imported.library} tells them. Version {imported.version}{news}."
    )


def _users(imported: HolidaysView) -> str:
    if imported.calendars:
        return f"Calendars that go by it: {', '.join(imported.calendars)}."
    return (
        f'No calendar goes by it: write country = "{imported.country}" under one in support.toml, '
        "then restart sla."
    )


@contextmanager
def _sla(data_dir: Path) -> Iterator[SlaClient]:
    """A client of the running desk, whose refusals become sentences."""
    with calling(data_dir) as caller:
        try:
            yield SlaClient(caller)
        except HolidaysUnknown as error:
            place, years = error.details["country"], error.details.get("years")
            when = f" in {years}" if years else ""
            raise Trouble(
                f"The library knows no holidays of {place}{when}. Nothing has changed: name another"
                " place or other years, or write the dates into support.toml."
            ) from None
        except CalendarNeverOpens as error:
            raise Trouble(
                f"Nothing has changed, because then {error.details['matter']}: give some of these "
                "days windows, in `dates` of support.toml."
            ) from None
