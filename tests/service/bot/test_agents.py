"""What an agent does with tickets: the guide's commands, the buttons, the wrong calls."""

import json
from uuid import uuid4

import pytest

from contracts.tickets import RemoveAgent
from contracts.vocabulary import Delivery, Priority, TicketStatus
from services.bot.dispatch import COMMANDS, FOR_ANYBODY, GREETINGS
from services.bot.markup import visible
from tests.support.bot_desk import BotDesk
from tests.support.bot_rows import LANGUAGES
from tests.support.bot_story import press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

WRONG_CALLS = [
    ("/reply", "/reply 42 Спасибо"),
    ("/reply 42", "Не хватает текста"),
    ("/reply сорок текст", "/reply 42 Спасибо"),
    ("/reply 0 текст", "/reply 42 Спасибо"),
    ("/reply 99999999999999999999 текст", "Такого тикета нет"),
    ("/reply 999999 текст", "Такого тикета нет"),
    ("/view_", "/view_42"),
    ("/view_1 лишнее", "/view_42"),
    ("/view_999999", "Такого тикета нет"),
    ("/take 99999999999999999999", "Такого тикета нет"),
    ("/take", "/take 42"),
    ("/take 42 лишнее", "/take 42"),
    ("/merge", "/merge 42 40"),
    ("/merge 42", "Не хватает второго номера"),
    ("/merge сорок два", "/merge 42 40"),
    ("/merge 42 в 40", "/merge 42 40"),
    ("/merge 1 2 3", "/merge 42 40"),
    ("/merge 0 1", "/merge 42 40"),
    ("/merge 7 7", "с самим собой"),
    ("/merge 999999 999998", "Тикета #999998 нет"),
    ("/merge 1 99999999999999999999", "Такого тикета нет"),
    ("/link", "/link 42 3"),
    ("/link сорок два", "/link 42 3"),
    ("/link 42 с 3", "/link 42 3"),
    ("/link 1 2 3", "/link 42 3"),
    ("/link 0", "/link 42 3"),
    ("/link 42 0", "/link 42 3"),
    ("/link 999999", "Такого тикета нет"),
    ("/link 99999999999999999999 3", "Такого тикета нет"),
    ("/link 1 99999999999999999999", "Такого инцидента нет"),
    ("/incident", "/incident Проблемы с оплатой"),
    ("/incident " + "ы" * 201, "до 200 символов"),
    ("/resolve", "/resolve Проблема решена"),
    ("/resolve " + "ы" * 2001, "до 2000 символов"),
    ("/postmortem 999999 текст", "Такого инцидента нет"),
    ("/postmortem 99999999999999999999 текст", "Такого инцидента нет"),
    ("/update   ", "/update Нашли причину"),
    ("/nonsense", "Такой команды нет"),
    ("/tickets 1", "/view_42"),
    ("/my лишнее", "/view_42"),
    ("/stats 30", "за 30 дней: /stats"),
    ("/status лишнее", "работает ли система: /status"),
    ("/sla завтра", "/view_42"),
    ("/find", "/find оплата Иванов"),
    ("/assign", "/assign 42 Анна"),
    ("/assign 999999 me", "Такого тикета нет"),
    ("/priority", "/priority 42 P1"),
    ("/priority 1 P9", "/priority 42 P1"),
    ("/priority 999999 P1", "Такого тикета нет"),
    ("/note", "/note 42"),
    ("/note 999999 текст", "Такого тикета нет"),
    ("/close", "/close 42"),
    ("/close 999999", "Такого тикета нет"),
    ("/canned 999999 looking", "Такого тикета нет"),
    ("/maintenance", "/maintenance 28.11"),
    ("/maintenance вчера", "/maintenance 28.11"),
    ("/duty maybe", "/duty on"),
    ("/quiet утром", "/quiet 22:00-08:00"),
]


def test_a_ticket_from_the_app_is_announced_and_answered_by_command(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Пропали записи уроков")
    anna.receives("Новый тикет", f"#{ticket.id} ", "Пропали записи")

    said = anna.says(f"/reply {ticket.id} Спасибо за обращение!\nУже разбираемся.")

    anna.receives("доставлен", "в приложении", f"/view_{ticket.id}", after=said)
    answered = desk.tickets.get_ticket(ticket.id)
    assert answered.messages[-1].body == "Спасибо за обращение!\nУже разбираемся."
    assert answered.assignee is not None
    assert answered.assignee.name == "Анна"


def test_lists_name_tickets_so_that_a_tap_opens_them(desk: BotDesk, anna: TelegramPerson) -> None:
    ticket = desk.opens_in_app("Самое срочное", priority=Priority.P1)
    anna.receives("Новый тикет", f"#{ticket.id} ")

    said = anna.says(f"/take {ticket.id}")
    anna.receives(f"Тикет #{ticket.id} ваш", "Анна", after=said)

    said = anna.says("/my")
    mine = anna.receives("Мои тикеты", f"/view_{ticket.id}", "Самое срочное", after=said)
    assert f"/view_{ticket.id}" in mine.marked("bot_command")
    assert "через" in mine.text
    said = anna.says("/tickets")
    anna.receives("Открытые тикеты", after=said)


def test_a_ticket_is_shown_whole_with_hostile_texts_as_they_were_written(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    hostile = "<b>не жирно</b> & <script>alert(1)</script> 😀 \u202eRTL"
    ticket = desk.opens_in_app(hostile)

    said = anna.says(f"/view_{ticket.id}")

    shown = anna.receives(f"#{ticket.id} ", "Первый ответ до", hostile, after=said)
    assert [button.text for button in shown.buttons] == [
        "Взять",
        "Ответить",
        "Заметка",
        "Заготовки",
        "Приоритет",
        "Назначить",
        "Решён",
        "Почему такой срок",
    ]


def test_a_long_thread_comes_in_several_messages_and_nothing_is_lost(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    paragraphs = [f"Абзац {number}. " + "слово " * 150 for number in range(9)]
    ticket = desk.opens_in_app("\n\n".join(paragraphs))

    said = anna.says(f"/view_{ticket.id}")

    anna.receives("Абзац 8.", after=said)
    whole = "\n".join(message.text for message in anna.received() if message.id > said.id)
    assert all(f"Абзац {number}." in whole for number in range(9))


def test_the_buttons_of_a_card_work(desk: BotDesk, anna: TelegramPerson) -> None:
    ticket = desk.opens_in_app("Кнопки")
    card = anna.receives("Новый тикет", f"#{ticket.id} ")

    assert f"#{ticket.id}" in press(anna, card, "Взять").text
    press(anna, card, "Приоритет")
    anna.receives("Кнопки", after=None)
    anna.sees(card, lambda one: one.button("P1") is not None)
    assert "P1" in press(anna, card, "P1").text
    anna.sees(card, lambda one: one.button("Решён") is not None)
    press(anna, card, "Решён")

    done = desk.tickets.get_ticket(ticket.id)
    assert (done.priority, done.status) == (Priority.P1, TicketStatus.RESOLVED)


def test_the_reply_button_asks_for_the_answer(desk: BotDesk, anna: TelegramPerson) -> None:
    ticket = desk.opens_in_app("Ответьте мне")
    card = anna.receives("Новый тикет", f"#{ticket.id} ")
    press(anna, card, "Ответить")
    asked = anna.receives("Напишите ответ", f"#{ticket.id} ", after=card)

    anna.says("Вот ответ", reply_to=asked)

    anna.receives("доставлен", after=asked)
    assert desk.tickets.get_ticket(ticket.id).messages[-1].body == "Вот ответ"


def test_whoever_goes_on_after_an_answer_keeps_the_ticket_in_progress(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Сейчас и потом")
    anna.receives("Новый тикет", f"#{ticket.id} ")
    said = anna.says(f"/reply {ticket.id} Проверяю, скоро вернусь")
    confirmed = anna.receives("доставлен", after=said)
    assert desk.tickets.get_ticket(ticket.id).status == TicketStatus.WAITING

    told = press(anna, confirmed, "Продолжаю работать")

    assert told.text == f"Тикет #{ticket.id} ваш и в работе"
    assert desk.tickets.get_ticket(ticket.id).status == TicketStatus.IN_PROGRESS
    anna.sees(confirmed, lambda one: one.button("Решён") is not None)
    ended = anna.says(f"/close {ticket.id} Готово")
    assert anna.receives("решён", after=ended).button("Продолжаю") is None


def test_a_colleagues_answer_of_the_last_minute_is_pointed_out(
    desk: BotDesk, anna: TelegramPerson, boris: TelegramPerson
) -> None:
    ticket = desk.opens_in_app("Двое сразу")
    said = anna.says(f"/reply {ticket.id} Первый ответ")
    anna.receives("доставлен", after=said)

    said = boris.says(f"/reply {ticket.id} Второй ответ")

    boris.receives("доставлен", "Анна", after=said)


def test_agents_of_one_name_are_told_apart(desk: BotDesk, anna: TelegramPerson) -> None:
    namesake = desk.user("Анна")
    desk.lets_in(namesake.id, "Анна")
    namesake.receives("Доступ сотрудника", after=namesake.says("/start"))
    ticket = desk.opens_in_app("Две Анны сразу")
    anna.receives("доставлен", after=anna.says(f"/reply {ticket.id} Первый ответ"))

    try:
        said = namesake.says(f"/reply {ticket.id} Второй ответ")
        namesake.receives("доставлен", "уже ответил(а) Анна", after=said)
    finally:
        desk.tickets.remove_agent(RemoveAgent(command_id=str(uuid4()), telegram_id=namesake.id))


@pytest.mark.parametrize(("call", "help_words"), WRONG_CALLS)
def test_a_wrong_call_is_answered_with_how_it_is_done(
    calm: None, anna: TelegramPerson, call: str, help_words: str
) -> None:
    said = anna.says(call)

    anna.receives(help_words, after=said)


def test_every_command_has_a_wrong_call() -> None:
    tried = {call.split()[0].lstrip("/").partition("_")[0] for call, _ in WRONG_CALLS}

    assert COMMANDS.keys() - GREETINGS - tried == set()


def test_an_agents_plain_message_is_no_ticket(desk: BotDesk, anna: TelegramPerson) -> None:
    said = anna.says("просто мысли вслух")

    anna.receives("Это не команда", after=said)
    assert desk.tickets_of(anna) == []


def test_an_edited_command_is_not_carried_out(desk: BotDesk, anna: TelegramPerson) -> None:
    ticket = desk.opens_in_app("Правка")
    said = anna.says(f"/reply {ticket.id} раз")
    first = anna.receives("доставлен", after=said)

    anna.edits(said, f"/reply {ticket.id} два")

    anna.receives("видит первый вариант", after=first)
    assert len(desk.tickets.get_ticket(ticket.id).messages) == 2


def test_figures_and_deadlines_read_well(desk: BotDesk, anna: TelegramPerson) -> None:
    desk.opens_in_app("Для статистики")

    said = anna.says("/stats")
    anna.receives("Поддержка за 30 дней", "Открыто сейчас", "P0", "SLA", "Инциденты", after=said)
    said = anna.says("/sla")
    anna.receives("срок", after=said)


def test_somebody_elses_press_of_an_agents_button_is_refused(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    said = ivan.says("Моё обращение")
    ticket_id = ticket_in(ivan.receives("принято", after=said))
    group = desk.group_of(anna, ivan)
    said_in_group = desk.telegram.say(anna.id, f"/view_{ticket_id}", chat_id=group)
    assert said_in_group is not None
    shown = desk.telegram.wait_for_message(group, lambda one: one.button("Взять") is not None)

    query = desk.telegram.press(ivan.id, shown.id, "Взять", chat_id=group, bot=ivan.bot)
    answer = desk.telegram.wait_until(
        lambda: desk.telegram.callback_answer(query), 5, "an answer to the press"
    )

    assert "только сотрудникам" in answer.text
    assert desk.tickets.get_ticket(ticket_id).assignee is None


def test_a_refused_answer_is_told_to_the_agent(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    opened = ivan.says("Сейчас заблокирую")
    ticket_id = ticket_in(ivan.receives("принято", after=opened))
    ivan.blocks_the_bot()

    said = anna.says(f"/reply {ticket_id} Вы тут?")

    anna.receives("не доставлен", f"/view_{ticket_id}", after=said)
    ticket = desk.tickets.get_ticket(ticket_id)
    assert ticket.messages[-1].delivery == Delivery.FAILED
    assert ticket.first_response_at is None


def menus(desk: BotDesk) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The commands of every menu as it was set last, by its scope and language."""
    found = {}
    for call in desk.telegram.calls("setMyCommands"):
        scope = call.parameters["scope"]
        told = json.loads(scope) if isinstance(scope, str) else scope
        commands = call.parameters["commands"]
        entries = json.loads(commands) if isinstance(commands, str) else commands
        place = f"{told['type']} {told.get('chat_id', '')}".strip()
        language = str(call.parameters.get("language_code") or "")
        found[place, language] = [(one["command"], one["description"]) for one in entries]
    return found


def test_menus_name_every_command_in_each_language_and_those_of_agents_all_of_theirs(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    of_anna = (f"chat {anna.id}", "")
    shown = wait_until(lambda: found if of_anna in (found := menus(desk)) else None)

    def menu(language: str, commands: set[str]) -> set[tuple[str, str]]:
        words = LANGUAGES.of(language)
        return {(one, visible(words(f"bot.menu.{one}"))) for one in commands}

    for scope in ("default", "all_private_chats"):
        for language, asked_for in (("ru", ""), ("ru", "ru"), ("en", "en")):
            assert set(shown[scope, asked_for]) == menu(language, set(FOR_ANYBODY))
    assert set(shown[of_anna]) == menu("ru", COMMANDS.keys() - {"view"})
    assert all(len(entries) == len(set(entries)) for entries in shown.values())
