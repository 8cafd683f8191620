"""Planned work: what an agent told, when that is, and how it looks at every stage."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.incidents import MaintenanceView
from contracts.vocabulary import MaintenanceStatus
from services.bot.arguments import WrongCall
from services.bot.planned_work import span_of, work_of
from services.bot.showing import maintenance_cards
from tests.support.bot_rows import LANGUAGES

RU = LANGUAGES.of("ru")
ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2027, 11, 27, 11, tzinfo=ZONE)


def local(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("argument", "starts_at", "ends_at"),
    [
        ("12:00-13:00 x", local("2027-11-27 12:00"), local("2027-11-27 13:00")),
        ("10:00-13:00 x", local("2027-11-28 10:00"), local("2027-11-28 13:00")),
        ("28.11 02:00-04:00 x", local("2027-11-28 02:00"), local("2027-11-28 04:00")),
        ("28.11 02:00-23:00 x", local("2027-11-28 02:00"), local("2027-11-28 23:00")),
        ("28.11 23:30-01:00 x", local("2027-11-28 23:30"), local("2027-11-29 01:00")),
        ("31.12 20:00-08:00 x", local("2027-12-31 20:00"), local("2028-01-01 08:00")),
        ("05.01 02:00-04:00 x", local("2028-01-05 02:00"), local("2028-01-05 04:00")),
        ("29.02 02:00-04:00 x", local("2028-02-29 02:00"), local("2028-02-29 04:00")),
        ("26.11.2028 02:00-04:00 x", local("2028-11-26 02:00"), local("2028-11-26 04:00")),
    ],
)
def test_work_is_at_the_next_time_that_fits(
    argument: str, starts_at: datetime, ends_at: datetime
) -> None:
    assert span_of(RU, work_of(argument, 100), NOW) == (starts_at, ends_at)


@pytest.mark.parametrize(("day", "nearest"), [("26.11", "26.11.2028"), ("1.7", "01.07.2028")])
def test_a_day_that_is_over_for_this_year_needs_its_year(day: str, nearest: str) -> None:
    with pytest.raises(WrongCall) as wrong:
        span_of(RU, work_of(f"{day} 08:00-09:00 вчера", 100), NOW)

    assert wrong.value.reason == "bot.wrong.which_year"
    assert wrong.value.values == {"day": nearest}


@pytest.mark.parametrize(
    "day", ["31.02", "29.02.2027", "0.1", "1.13", "01.01.0000", "01.01.0001", "31.12.9999"]
)
def test_a_day_that_there_is_not_is_refused(day: str) -> None:
    with pytest.raises(WrongCall) as wrong:
        span_of(RU, work_of(f"{day} 23:00-01:00 x", 100), NOW)

    assert wrong.value.reason == "bot.wrong.no_such_time"


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        ("02:00-02:00", "bot.wrong.no_span"),
        ("04:00-02:00", "bot.wrong.end_before_start"),
        ("20:00-08:01", "bot.wrong.end_before_start"),
    ],
)
def test_an_end_that_was_typed_wrongly_makes_no_day_of_work(span: str, reason: str) -> None:
    with pytest.raises(WrongCall) as wrong:
        work_of(f"28.11 {span} x", 100)

    assert wrong.value.reason == reason


def card(status: MaintenanceStatus, **parts: object) -> str:
    whole = {
        "id": 3,
        "title": "Меняем <диски>",
        "status": status,
        "components": [],
        "starts_at": local("2027-11-28 02:00"),
        "ends_at": local("2027-11-28 04:00"),
        "announced_at": NOW,
        "updated_at": NOW,
        **parts,
    }
    return maintenance_cards.card(RU, MaintenanceView.model_validate(whole), NOW)


@pytest.mark.parametrize(
    ("status", "told", "is_marked"),
    [
        (MaintenanceStatus.SCHEDULED, "Начнутся и закончатся сами", True),
        (MaintenanceStatus.IN_PROGRESS, "04:00. Закончатся сами", True),
        (MaintenanceStatus.COMPLETED, "04:00. На странице статуса их больше нет", False),
        (MaintenanceStatus.CANCELLED, "Были назначены на 28.11 02:00", False),
    ],
)
def test_a_card_says_how_the_work_stands(
    status: MaintenanceStatus, told: str, is_marked: bool
) -> None:
    assert told in card(status)
    assert ("отметьте кнопками" in card(status)) is is_marked


def test_what_was_called_off_has_hit_nothing() -> None:
    assert "Затронуто: Оплата." in card(MaintenanceStatus.COMPLETED, components=["payments"])
    assert "Затронуто" not in card(MaintenanceStatus.CANCELLED, components=["payments"])


@pytest.mark.parametrize(
    ("starts_at", "hours", "shown"),
    [
        ("2028-01-05 02:00", 2, "05.01.2028 02:00 – 04:00"),
        ("2027-11-28 02:00", 2, "28.11 02:00 – 04:00"),
        ("2027-11-28 23:30", 2, "28.11 23:30 – 29.11 01:30"),
        ("2027-12-31 23:30", 2, "31.12 23:30 – 01.01.2028 01:30"),
    ],
)
def test_work_says_its_day_once_and_its_year_when_it_is_another(
    starts_at: str, hours: int, shown: str
) -> None:
    begin = local(starts_at)
    end = begin + timedelta(hours=hours)

    assert shown in card(MaintenanceStatus.SCHEDULED, starts_at=begin, ends_at=end)
