"""Incident mode in Telegram, with the guide's own examples."""

import pytest

from contracts.incidents import ListIncidents
from contracts.vocabulary import IncidentImpact, IncidentStatus, OverallStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press
from tests.support.botapi import TelegramPerson

pytestmark = pytest.mark.usefixtures("calm")


def test_the_guides_example_from_declaration_to_the_end(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson, ivan: TelegramPerson
) -> None:
    said = anna.says("/incident Проблемы с оплатой - не проходят платежи")
    declared = anna.receives("объявлен", "Проблемы с оплатой - не проходят платежи", after=said)
    boris.receives("Инцидент", "Проблемы с оплатой", within=20)
    status = desk.incidents.get_status()
    assert status.status == OverallStatus.OUTAGE
    assert status.incident is not None
    assert status.incident.impact == IncidentImpact.CRITICAL
    asked = ivan.says("/status")
    ivan.receives("Сбой", "Проблемы с оплатой", after=asked)

    said = anna.says("/resolve Проблема решена, платежи работают")

    anna.receives("завершён", after=declared)
    boris.receives("завершён", "Проблема решена, платежи работают", within=20)
    assert desk.incidents.get_status().status == OverallStatus.OPERATIONAL


def test_a_declaration_can_be_undone_at_once(desk: BotDesk, anna: TelegramPerson) -> None:
    said = anna.says("/incident Ой, не туда")
    declared = anna.receives("объявлен", "Ой, не туда", after=said)

    assert "отозван" in press(anna, declared, "Отменить").text

    assert desk.incidents.get_status().status == OverallStatus.OPERATIONAL


def test_a_second_declaration_within_minutes_raises_a_question(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    said = anna.says("/incident Платежи")
    anna.receives("объявлен", "Платежи", after=said)

    said = anna.says("/incident Возвраты тоже")
    question = anna.receives("Дополнить его?", after=said)
    press(anna, question, "Дополнить его")

    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert [update.message for update in one.updates][-1] == "Возвраты тоже"


def test_another_incident_can_be_declared_none_the_less_and_only_once(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    said = anna.says("/incident Платежи")
    anna.receives("объявлен", "Платежи", after=said)
    said = anna.says("/incident Совсем другое")
    question = anna.receives("Дополнить его?", after=said)

    query = [anna.world.press(anna.id, question.id, "Объявить ещё один", bot=anna.bot)] * 2
    for one in query:
        anna.world.wait_until(lambda: anna.world.callback_answer(one), 5, "an answer")  # noqa: B023

    assert len(desk.incidents.list_incidents(ListIncidents(only_open=True))) == 2


def test_with_several_open_the_bot_asks_which(desk: BotDesk, anna: TelegramPerson) -> None:
    said = anna.says("/incident Платежи")
    anna.receives("объявлен", "Платежи", after=said)
    said = anna.says("/incident Видео")
    press(anna, anna.receives("Дополнить его?", after=said), "Объявить ещё один")

    said = anna.says("/resolve Починили")
    question = anna.receives("Какой завершить?", after=said)
    press(anna, question, "Видео")

    (left,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert left.title == "Платежи"


def test_an_update_is_public_and_its_buttons_move_the_incident_on(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    said = anna.says("/incident Платежи")
    declared = anna.receives("объявлен", "Платежи", after=said)

    said = anna.says("/update Ищем причину")
    updated = anna.receives("Опубликовано", after=said)
    boris.receives("Ищем причину", within=20)
    press(anna, updated, "Наблюдаем")

    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert one.status == IncidentStatus.MONITORING
    assert "прошёл эту стадию" in press(anna, declared, "Причина найдена").text


def test_with_nothing_open_there_is_nothing_to_end(anna: TelegramPerson) -> None:
    said = anna.says("/resolve Починили")

    anna.receives("Открытых инцидентов нет", after=said)
