"""Incident mode in Telegram, with the guide's own examples."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.incidents import ListIncidents
from contracts.vocabulary import ComponentStatus, IncidentImpact, IncidentStatus, OverallStatus
from tests.support.bot_desk import BotDesk
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson

ZONE = ZoneInfo("Europe/Moscow")

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


def test_a_declaration_can_be_undone_after_a_first_word_too(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    said = anna.says("/incident Ой, не туда")
    declared = anna.receives("объявлен", "Ой, не туда", after=said)
    anna.receives("Опубликовано", after=anna.says("/update Ищем причину"))
    press(anna, declared, "серьёзное")
    assessed = anna.sees(declared, lambda one: "серьёзное" in one.text)

    assert "отозван" in press(anna, assessed, "Отменить").text

    assert desk.incidents.get_status().status == OverallStatus.OPERATIONAL


def test_of_what_was_undone_the_history_is_left(anna: TelegramPerson, ivan: TelegramPerson) -> None:
    opened = ticket_in(ivan.receives("принято", after=ivan.says("Не проходит оплата")))
    said = anna.says("/incident Ой, не туда")
    declared = anna.receives("объявлен", "Ой, не туда", after=said)
    incident_id = ticket_in(declared)
    press(anna, declared, "Отменить")
    withdrawn = anna.sees(declared, lambda one: "отозван" in one.text)

    assert withdrawn.button("Отменить") is None
    press(anna, withdrawn, "Кто что делал")

    anna.receives("кто что делал", "объявление · Анна", "отзыв · Анна", after=declared)
    for command in (f"/postmortem {incident_id} Ошиблись", f"/link {opened} {incident_id}"):
        anna.receives("Этот инцидент отозван", after=anna.says(command))


@pytest.mark.parametrize("title", ["Возвраты тоже", "@14:05 Возвраты", "@25:00: Возвраты"])
def test_a_second_declaration_within_minutes_raises_a_question(
    desk: BotDesk, anna: TelegramPerson, title: str
) -> None:
    said = anna.says("/incident Платежи")
    anna.receives("объявлен", "Платежи", after=said)

    said = anna.says(f"/incident {title}")
    question = anna.receives("Дополнить его?", after=said)
    press(anna, question, "Дополнить его")

    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert [update.message for update in one.updates][-1] == title


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


def test_the_stage_that_holds_already_is_published_once(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    said = anna.says("/incident Платежи")
    declared = anna.receives("объявлен", "Платежи", after=said)
    press(anna, declared, "Причина найдена")

    toast = press(anna, declared, "Причина найдена")

    assert "уже на этой стадии" in toast.text
    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert len(one.updates) == 2


def test_with_nothing_open_there_is_nothing_to_end(anna: TelegramPerson) -> None:
    said = anna.says("/resolve Починили")

    anna.receives("Открытых инцидентов нет", after=said)


def test_buttons_say_what_is_hit_and_how_badly(desk: BotDesk, anna: TelegramPerson) -> None:
    said = anna.says("/incident Платежи не проходят")
    declared = anna.receives("объявлен", "Что затронуто, не указано", after=said)

    press(anna, declared, "Оплата")
    press(anna, declared, "серьёзное")

    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert (one.components, one.impact) == (["payments"], IncidentImpact.MAJOR)
    seen = anna.world.wait_for_message(anna.id, lambda each: "серьёзное" in each.text)
    assert "Затронуто: Оплата." in seen.text
    assert {one.id: one.status for one in desk.incidents.get_status().components}[
        "payments"
    ] == ComponentStatus.PARTIAL_OUTAGE
    press(anna, declared, "✓ Оплата")
    assert desk.incidents.list_incidents(ListIncidents(only_open=True))[0].components == []


def test_an_update_of_before_the_incident_is_refused_with_a_word(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    said = anna.says("/incident Платежи")
    anna.receives("объявлен", after=said)

    said = anna.says(f"/update @{datetime.now(ZONE) - timedelta(hours=1):%H:%M} Нашли причину")

    anna.receives("не раньше начала инцидента", after=said)
    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert len(one.updates) == 1


def test_the_minute_of_the_declaration_is_its_start(desk: BotDesk, anna: TelegramPerson) -> None:
    anna.receives("объявлен", after=anna.says("/incident Платежи"))
    (declared,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    minute = f"{declared.started_at.astimezone(ZONE):%H:%M}"

    anna.receives("Опубликовано", after=anna.says(f"/update @{minute} Банк перестал отвечать"))

    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert one.updates[-1].display_at == declared.started_at


def test_a_time_before_the_end_is_refused_and_ends_nothing(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    declared = anna.says("/incident Время конца")
    anna.receives("объявлен", after=declared)

    anna.receives("завершается сейчас", after=anna.says("/resolve @12:00 Починили"))

    anna.receives("завершён", after=anna.says("/resolve Починили"))


@pytest.mark.parametrize("argument", ["@25:00 Нашли причину", "@@11:40 Нашли причину", "@14:05"])
def test_a_time_told_wrongly_is_refused_and_nobody_reads_it(
    desk: BotDesk, anna: TelegramPerson, argument: str
) -> None:
    said = anna.says("/incident Платежи")
    anna.receives("объявлен", after=said)

    said = anna.says(f"/update {argument}")

    anna.receives("После @ должно стоять время", "/update @14:05", after=said)
    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert len(one.updates) == 1


def test_what_comes_back_is_reopened_and_explained_when_it_is_over(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    said = anna.says("/incident Платежи")
    anna.receives("объявлен", after=said)
    said = anna.says("/resolve Починили")
    resolved = anna.receives("завершён", after=said)

    press(anna, resolved, "Вернулось")

    boris.receives("снова открыт", "Платежи", within=20)
    (one,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert one.updates[-1].message == "Проблема вернулась, снова выясняем причину."
    said = anna.says(f"/postmortem {one.id} У банка истёк сертификат")
    anna.receives("ещё не завершён", after=said)
    said = anna.says("/resolve Теперь точно")
    resolved = anna.receives("завершён", after=said)
    said = anna.says(f"/postmortem {one.id} У банка истёк сертификат")
    anna.receives("Разбор причин опубликован", after=said)
    (one,) = desk.incidents.list_incidents(ListIncidents(limit=1))
    assert one.postmortem is not None
    assert one.postmortem.text == "У банка истёк сертификат"
    said = anna.says(f"/postmortem {one.id} У нас истёк сертификат")
    anna.receives("Прежний разбор причин", "заменён", after=said)


def test_the_history_names_who_did_what(anna: TelegramPerson) -> None:
    said = anna.says("/incident Платежи")
    declared = anna.receives("объявлен", after=said)
    press(anna, declared, "Видеосвязь")

    press(anna, declared, "Кто что делал")

    told = anna.receives("кто что делал", after=declared)
    assert f"объявление · Анна (telegram:{anna.id}) «Платежи», критичное" in told.text
    assert "оценка · Анна" in told.text
    assert "Видеосвязь: недоступно" in told.text


def test_the_history_names_the_user_who_has_it_too(
    anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    said = anna.says("/incident Платежи")
    declared = anna.receives("объявлен", after=said)
    opened = ivan.receives("Мы уже знаем", after=ivan.says("Не проходит оплата"))
    press(ivan, opened, "У меня то же")

    press(anna, declared, "Кто что делал")

    told = anna.receives("кто что делал", after=declared)
    assert f"связь с тикетом · Иван (telegram:{ivan.id}) #{ticket_in(opened)}" in told.text


@pytest.mark.parametrize("wrong", ["", "0 текст", "сбой", "3", "3   "])
def test_a_post_mortem_called_wrongly_shows_how(anna: TelegramPerson, wrong: str) -> None:
    said = anna.says(f"/postmortem {wrong}".strip())

    anna.receives("Как опубликовать разбор причин", after=said)
