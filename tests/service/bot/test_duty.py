"""/duty and /quiet, with their buttons and wrong forms, on a desk that runs."""

from collections.abc import Iterator

import pytest

from tests.support.agents_room import Room
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press
from tests.support.botapi import TelegramPerson


@pytest.fixture(autouse=True)
def as_ever(anna: TelegramPerson) -> Iterator[None]:
    """Afterwards Anna is told of everything again."""
    yield
    anna.receives("Вы на смене", after=anna.says("/duty on"))
    anna.receives("Тихих часов нет", after=anna.says("/quiet off"))


def test_an_agent_sees_and_sets_whether_they_are_on_duty(anna: TelegramPerson) -> None:
    shown = anna.receives("Вы на смене", after=anna.says("/duty"))
    anna.receives("Вы не на смене", "пропущенные сроки", after=anna.says("/duty off"))
    anna.receives("Вы не на смене", after=anna.says("/DUTY"))

    press(anna, shown, "На смене")
    now = anna.receives("Вы на смене", after=anna.says("/duty"))

    press(anna, now, "Не на смене")

    anna.sees(now, lambda one: "Вы не на смене" in one.text and "✓ Не" in str(one.rows))
    anna.receives("Вы не на смене", after=anna.says("/duty"))


def test_off_duty_a_new_ticket_goes_to_the_others(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    anna.receives("Вы не на смене", after=anna.says("/duty off"))

    desk.opens_in_app("Только для Бориса")

    boris.receives("Только для Бориса")
    desk.waits_until_all_is_sent()
    assert [one for one in anna.received() if "Только для Бориса" in one.text] == []


def test_start_puts_an_agent_on_duty(anna: TelegramPerson) -> None:
    anna.receives("Вы не на смене", after=anna.says("/duty off"))

    anna.receives("уведомления включены", after=anna.says("/start"))

    anna.receives("Вы на смене", after=anna.says("/duty"))


def test_quiet_hours_are_set_shown_and_ended(anna: TelegramPerson) -> None:
    shown = anna.receives("Тихие часы 23:15-07:45", after=anna.says("/quiet 23:15-7:45"))
    anna.receives("Тихие часы 23:15-07:45", after=anna.says("/quiet"))

    press(anna, shown, "Тишина 22:00-08:00")
    anna.receives("Тихие часы 22:00-08:00", after=anna.says("/duty"))
    press(anna, shown, "Без тихих часов")

    anna.receives("Тихих часов нет", after=anna.says("/quiet"))


def test_what_is_pressed_in_a_group_is_told_whole_to_whoever_pressed(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    anna.receives("Вы не на смене", after=anna.says("/duty off"))
    group = Room(desk, anna, desk.group_of(anna))
    group.says(anna, "/duty")
    shown = group.receives("Вы не на смене")

    told = group.presses(anna, shown, "Тишина 22:00-08:00")

    assert told == "⚪ Вы не на смене. 🌙 Тихие часы 22:00-08:00."


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("/duty maybe", "on или off"),
        ("/duty on now", "on или off"),
        ("/quiet 22-8", "через дефис"),
        ("/quiet 25:00-08:00", "через дефис"),
        ("/quiet 22:00", "через дефис"),
        ("/quiet 22:00-22:00", "совпадают"),
        ("/quiet on", "через дефис"),
    ],
)
def test_wrong_forms_change_nothing_and_say_how(
    anna: TelegramPerson, call: str, reason: str
) -> None:
    anna.receives(reason, f"{call.split(maxsplit=1)[0]} ", after=anna.says(call))

    anna.receives("Вы на смене", "Тихих часов нет", after=anna.says("/duty"))


@pytest.mark.parametrize("call", ["/duty", "/duty off", "/quiet off", "/quiet 22:00-08:00"])
def test_whoever_is_no_agent_gets_nothing(ivan: TelegramPerson, call: str) -> None:
    refused = ivan.receives("", after=ivan.says(call))

    assert "смене" not in refused.text
    assert "сотрудник" in refused.text
