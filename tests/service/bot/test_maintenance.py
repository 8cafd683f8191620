"""Planned work in Telegram."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.incidents import CancelMaintenance, MaintenanceView
from contracts.vocabulary import MaintenanceStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press
from tests.support.botapi import TelegramPerson

ZONE = ZoneInfo("Europe/Moscow")


@pytest.fixture(autouse=True)
def nothing_planned(desk: BotDesk) -> Iterator[None]:
    yield
    for planned in maintenances(desk):
        desk.incidents.cancel_maintenance(
            CancelMaintenance(
                command_id=f"tidy-{planned.id}",
                maintenance_id=planned.id,
                cancelled_by="tg:7001",
                cancelled_at=datetime.now(ZONE),
            )
        )


def maintenances(desk: BotDesk) -> list[MaintenanceView]:
    return desk.incidents.get_status().maintenances


def test_work_is_announced_by_the_desks_clock_and_its_buttons_say_what_it_concerns(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    day = datetime.now(ZONE).date() + timedelta(days=3)

    said = anna.says(f"/maintenance {day:%d.%m} 23:30-01:00 Обновляем платёжный шлюз")

    card = anna.receives("Плановые работы: Обновляем платёжный шлюз", "23:30", after=said)
    (planned,) = maintenances(desk)
    assert planned.starts_at == datetime(day.year, day.month, day.day, 23, 30, tzinfo=ZONE)
    assert planned.ends_at - planned.starts_at == timedelta(minutes=90)
    press(anna, card, "Оплата")
    assert maintenances(desk)[0].components == ["payments"]
    press(anna, card, "✓ Оплата")
    assert maintenances(desk)[0].components == []
    press(anna, card, "Отменить работы")
    assert maintenances(desk) == []
    cancelled = anna.world.wait_for_message(
        anna.id, lambda each: "работы отменены" in each.text and each.id == card.id
    )
    assert "Были назначены на" in cancelled.text
    for untrue in ("Начнутся", "закончатся сами", "отметьте кнопками"):
        assert untrue not in cancelled.text


def test_a_day_that_has_just_passed_is_not_announced_for_the_next_year(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    yesterday = datetime.now(ZONE).date() - timedelta(days=1)

    said = anna.says(f"/maintenance {yesterday:%d.%m} 08:00-09:00 Меняем диски")

    anna.receives("напишите его с годом", "Как объявить", after=said)
    assert maintenances(desk) == []


def test_agents_are_told_when_it_begins(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    now = datetime.now(ZONE)

    anna.says(f"/maintenance {now:%H:%M}-{now + timedelta(hours=1):%H:%M} Меняем диски")

    told = boris.receives("Плановые работы начались: Меняем диски", within=20)
    assert "Начнутся" not in told.text
    assert maintenances(desk)[0].status == MaintenanceStatus.IN_PROGRESS


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        ("", "Как объявить"),
        ("завтра Меняем диски", "Как объявить"),
        ("28.11 02:00-04:00", "Как объявить"),
        ("28.11 02:00-04:00    ", "Как объявить"),
        (f"28.11 02:00-04:00 {'ы' * 201}", "до 200 символов"),
        ("31.02 02:00-04:00 Меняем диски", "Такого дня или времени нет"),
        ("28.11 25:00-26:00 Меняем диски", "Такого дня или времени нет"),
        ("28.11 02:00-24:00 Меняем диски", "Такого дня или времени нет"),
        ("28.11 02:00-02:00 Меняем диски", "Начало и конец работ совпадают"),
        ("28.11 04:00-02:00 Меняем диски", "Конец работ раньше начала"),
        ("01.01.2020 02:00-04:00 Меняем диски", "должно быть в будущем"),
        ("01.01.9998 02:00-04:00 Меняем диски", "должно быть в будущем"),
        ("01.01.9999 02:00-04:00 Меняем диски", "Такого дня или времени нет"),
    ],
)
def test_work_told_wrongly_is_refused_with_a_sentence(
    desk: BotDesk, anna: TelegramPerson, argument: str, why: str
) -> None:
    said = anna.says(f"/maintenance {argument}".strip())

    anna.receives(why, after=said)
    assert maintenances(desk) == []
