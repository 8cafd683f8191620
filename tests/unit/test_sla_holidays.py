"""Holidays that were imported, and the words of the desk's file, which go before them."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.settings import load
from contracts.desk import CalendarRule
from contracts.sla import ImportHolidays
from services.sla.almanac import Almanac
from services.sla.domain import Calendar, Holiday, overriding_dates, renewed
from services.sla.promises import Rules
from services.sla.settings import Settings

OFFICE = {day: ["10:00-18:00"] for day in ("monday", "tuesday", "wednesday", "thursday")}
WEEK = OFFICE | {"friday": ["10:00-16:00"]}
WEDNESDAY, THURSDAY = date(2026, 11, 4), date(2026, 11, 5)
SATURDAY, SUNDAY = date(2026, 11, 7), date(2026, 11, 8)
UNITY = Holiday(WEDNESDAY, "Unity Day")
WORKED = Holiday(SATURDAY, is_working=True)
ALMANAC = Almanac("RU", 1, (UNITY, WORKED))


def rules(**calendar: Any) -> Rules:
    file = load(Settings, {"SUPPORT_TIMEZONE": "UTC"}).file
    business = CalendarRule.model_validate(WEEK | calendar)
    calendars = file.calendars | {"business": business}
    return Rules.of(file.model_copy(update={"calendars": calendars}))


def business(*almanacs: Almanac, **calendar: Any) -> Calendar:
    return rules(**calendar).going_by(almanacs).policy().calendars["business"]


def hours(calendar: Calendar, day: date) -> list[str]:
    return [str(window) for window in calendar.windows_on(day)]


def test_a_calendar_that_names_the_country_rests_and_works_as_it_does() -> None:
    calendar = business(ALMANAC, country="RU")

    assert hours(calendar, WEDNESDAY) == []
    assert hours(calendar, SATURDAY) == ["10:00-16:00"]
    assert hours(calendar, THURSDAY) == ["10:00-18:00"]
    assert hours(calendar, SUNDAY) == []


def test_a_calendar_that_names_none_or_another_does_not_ask() -> None:
    assert hours(business(ALMANAC), WEDNESDAY) == ["10:00-18:00"]
    assert hours(business(ALMANAC, country="KZ"), WEDNESDAY) == ["10:00-18:00"]
    assert hours(business(country="RU"), WEDNESDAY) == ["10:00-18:00"]


@pytest.mark.parametrize(
    ("written", "wednesday", "saturday"),
    [
        ({"dates": {WEDNESDAY: ["12:00-13:00"]}}, ["12:00-13:00"], ["10:00-16:00"]),
        ({"dates": {SATURDAY: ["12:00-13:00"]}}, [], ["12:00-13:00"]),
        ({"dates": {SATURDAY: []}}, [], []),
        ({"holidays": [SATURDAY]}, [], []),
        (
            {"holidays": [WEDNESDAY], "dates": {WEDNESDAY: ["12:00-13:00"]}},
            ["12:00-13:00"],
            ["10:00-16:00"],
        ),
    ],
)
def test_what_the_file_says_of_a_date_goes_before_what_was_imported(
    written: dict[str, Any], wednesday: list[str], saturday: list[str]
) -> None:
    calendar = business(ALMANAC, country="RU", **written)

    assert (hours(calendar, WEDNESDAY), hours(calendar, SATURDAY)) == (wednesday, saturday)


def test_a_working_day_has_its_own_windows_or_those_of_the_weekday_before_it() -> None:
    busy_friday = [["a"], [], ["b"], [], ["c"], [], []]
    busy_sunday = [[], [], [], [], [], [], ["s"]]

    assert overriding_dates(busy_friday, [], [SATURDAY, SUNDAY]) == {SATURDAY: ["c"], SUNDAY: ["c"]}
    assert overriding_dates(busy_sunday, [], [SATURDAY, SUNDAY]) == {SATURDAY: ["s"], SUNDAY: ["s"]}
    assert overriding_dates([[]] * 7, [], [SATURDAY]) == {SATURDAY: ()}


def test_years_that_are_told_anew_are_replaced_and_the_others_stay() -> None:
    last, this, next_ = (Holiday(date(year, 1, 1), "old") for year in (2025, 2026, 2027))
    moved = Holiday(date(2026, 1, 2), "new")

    assert renewed([last, this, next_], [moved], range(2026, 2027)) == (last, moved, next_)
    assert renewed([next_], [this, last], range(2025, 2027)) == (last, this, next_)
    assert renewed([this, next_], [], range(2026, 2028)) == ()


def test_a_newer_version_takes_the_place_of_the_one_before() -> None:
    thursday = Almanac("RU", 2, (Holiday(THURSDAY),))

    calendar = rules(country="RU").going_by([ALMANAC]).going_by([thursday]).policy()

    assert hours(calendar.calendars["business"], WEDNESDAY) == ["10:00-18:00"]
    assert hours(calendar.calendars["business"], THURSDAY) == []


def test_rules_are_the_same_as_the_file_s_whatever_was_imported() -> None:
    file = rules(country="RU")
    going = file.going_by([ALMANAC])

    assert going != file
    assert going.as_written == file
    assert Rules.model_validate(going.model_dump(mode="json", exclude_defaults=True)) == going


def test_what_nobody_uses_is_not_written_for_an_older_version_to_stumble_over() -> None:
    written = rules().model_dump(mode="json", exclude_defaults=True)

    assert "imported" not in written
    assert "country" not in written["calendars"]["business"]


@pytest.mark.parametrize("country", ["", "ru", "RUS", "R", "Russia", "DE-", "DE-by", "DE BY", "РФ"])
def test_a_country_that_is_no_code_is_a_fault_of_the_file(country: str) -> None:
    with pytest.raises(ValidationError, match="must be a code such as RU, or DE-BY"):
        CalendarRule.model_validate({"country": country})


@pytest.mark.parametrize(
    ("first", "last", "matter"),
    [
        (2027, 2026, "2027-2026 ends before it begins"),
        (2026, 2036, "11 years are too many: at most 10"),
        (1899, 1900, "1899 is not between 1900 and 2100"),
        (2100, 2101, "2101 is not between 1900 and 2100"),
    ],
)
def test_years_that_make_no_sense_are_refused_in_words(first: int, last: int, matter: str) -> None:
    with pytest.raises(ValidationError, match=matter):
        ImportHolidays(command_id="1", country="RU", first_year=first, last_year=last)
