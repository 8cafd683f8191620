"""What the library of holidays tells, as a calendar can use it."""

import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from contracts.errors import HolidaysUnknown
from services.sla.domain import Holiday
from services.sla.library import tell_holidays

ROOT = Path(__file__).parents[2]


def test_working_saturdays_and_the_days_off_they_are_worked_for_are_told() -> None:
    told = tell_holidays("RU", range(2024, 2025), "ru").days

    days = {holiday.day: holiday for holiday in told}
    assert days[date(2024, 4, 27)] == Holiday(date(2024, 4, 27), is_working=True)
    assert days[date(2024, 4, 29)].name == "Выходной (перенесено с 27.04.2024)"
    assert {day.year for day in days} == {2024}
    assert list(told) == sorted(told)


def test_it_tells_the_dates_that_the_desk_s_file_has_from_the_start() -> None:
    file = tomllib.loads((ROOT / "support.toml").read_text(encoding="utf-8"))
    business = file["calendars"]["business"]

    told = tell_holidays("RU", range(2026, 2028), "ru").days

    is_weekday = {one.day for one in told if not one.is_working and one.day.weekday() < 5}
    assert is_weekday == set(business["holidays"])
    assert {one.day.isoformat() for one in told if one.is_working} == set(business["dates"])


def test_a_day_that_was_moved_over_new_year_belongs_to_the_year_it_lies_in() -> None:
    """Armenia worked on 30 December 2006 for a day off in January."""
    before, after = (tell_holidays("AM", range(year, year + 1), "en").days for year in (2006, 2007))

    assert Holiday(date(2006, 12, 30), is_working=True) in before
    assert {one.day.year for one in after} == {2007}


def test_a_part_of_a_country_has_days_of_its_own() -> None:
    everywhere = tell_holidays("DE", range(2026, 2027), "en").days
    bavaria = tell_holidays("DE-BY", range(2026, 2027), "en").days

    assert Holiday(date(2026, 1, 6), "Epiphany") in set(bavaria) - set(everywhere)


@pytest.mark.parametrize(
    ("country", "locale", "name"),
    [
        ("RU", "ru", "День России"),
        ("RU", "en", "Russia Day"),
        ("DE", "ru", "Tag der Deutschen Einheit"),
        ("DE", "en", "German Unity Day"),
    ],
)
def test_names_are_in_the_desk_s_language_or_else_in_the_country_s(
    country: str, locale: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "th")

    assert name in {one.name for one in tell_holidays(country, range(2026, 2027), locale).days}


@pytest.mark.parametrize("country", ["XX", "DE-XX", "RU-MOW"])
def test_a_place_that_it_does_not_know_is_named(country: str) -> None:
    with pytest.raises(HolidaysUnknown) as refusal:
        tell_holidays(country, range(2026, 2027), "ru")

    assert refusal.value.details == {"country": country}


def test_years_of_which_it_knows_nothing_are_named() -> None:
    with pytest.raises(HolidaysUnknown) as refusal:
        tell_holidays("RU", range(1989, 1992), "ru")

    assert refusal.value.details == {"country": "RU", "years": "1989, 1990"}


def test_a_process_that_is_not_asked_does_not_load_it() -> None:
    code = "import services.sla.service, sys; sys.exit('holidays' in sys.modules)"

    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, check=False)

    assert ended.returncode == 0
