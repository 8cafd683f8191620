"""Buttons that come too late, or find nothing: each says so, and nothing changes."""

import sqlite3
from datetime import datetime, timedelta

import pytest

from contracts.errors import Unavailable
from contracts.incidents import ListIncidents
from contracts.sla import TicketClocks
from contracts.tickets import AgentView, TicketFacts, TicketView
from services.bot import buttons, refusals
from services.bot.arguments import WrongCall
from services.bot.commands import assigning, canned
from services.bot.letters import Edit, Letter
from services.bot.speech import Speech
from tests.support.bot_asks import answered
from tests.support.bot_desk import BotDesk
from tests.support.bot_rows import DESK, NOON, message, ticket
from tests.support.bot_story import forges, press, ticket_in
from tests.support.botapi import TelegramPerson

BARE = Speech("ru", DESK.model_copy(update={"canned": []}))
"""The words of a desk whose file keeps no answers."""


@pytest.mark.usefixtures("calm")
def test_a_declaration_is_not_undone_after_half_a_minute(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    declared = anna.receives("объявлен", after=anna.says("/incident Ой"))
    with sqlite3.connect(f"{desk.environment['SUPPORT_DATA_DIR']}/incidents.sqlite3") as rows:
        age = "UPDATE incidents SET public_since = datetime(public_since, '-31 seconds')"
        rows.execute(f"{age} WHERE id = ?", (ticket_in(declared),))

    answer = press(anna, declared, "Отменить")

    assert "Отменить можно было 30 секунд" in answer.text
    (left,) = desk.incidents.list_incidents(ListIncidents(only_open=True))
    assert left.id == ticket_in(declared)


@pytest.mark.parametrize("has_effect", [True, False])
def test_an_answer_to_a_press_whose_connection_is_lost_is_given_again(
    desk: BotDesk, anna: TelegramPerson, has_effect: bool
) -> None:
    opened = desk.opens_in_app("Связь рвётся")
    card = anna.receives("Новый тикет", f"#{opened.id} ")
    desk.telegram.cut("answerCallbackQuery", has_effect=has_effect)

    assert forges(anna, card, "v:999999").text.startswith("Такого тикета нет.")


def test_what_comes_too_late_to_stand_above_the_button_is_said_in_the_chat(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    opened = desk.opens_in_app("Нажали давно")
    card = anna.receives("Новый тикет", f"#{opened.id} ")
    too_old = "query is too old and response timeout expired or query ID is invalid"
    desk.telegram.refuse("answerCallbackQuery", 400, description=too_old)

    desk.telegram.press(anna.id, card.id, "v:999999", bot=anna.bot, is_forged=True)

    said = anna.receives("Такого тикета нет.", after=card)
    assert forges(anna, card, "v:999999").text == said.text
    anna.receives("/tickets", after=anna.says("/help"))
    assert [one.id for one in anna.received() if one.reply_to == card.id] == [said.id]


@pytest.mark.usefixtures("calm")
def test_when_no_ticket_looks_alike_none_is_linked(desk: BotDesk, anna: TelegramPerson) -> None:
    declared = anna.receives("объявлен", after=anna.says("/incident Платежи"))

    answer = forges(anna, declared, f"l:{ticket_in(declared)}")

    assert answer.text == "Похожих несвязанных тикетов нет."


def test_planned_work_that_is_over_is_neither_changed_nor_called_off_again(
    desk: BotDesk, anna: TelegramPerson
) -> None:
    day = datetime.now(BARE.zone) + timedelta(days=3)
    said = anna.says(f"/maintenance {day:%d.%m} 02:00-03:00 Меняем диски")
    card = anna.receives("Плановые работы: Меняем диски", after=said)
    cancel = card.button("Отменить работы")
    concern = card.button("Оплата")
    assert cancel is not None
    assert concern is not None
    press(anna, card, "Отменить работы")

    for button in (cancel, concern):
        answer = forges(anna, card, str(button.data))
        assert answer.text == "Эти работы уже закончены или отменены."
    assert desk.incidents.get_status().maintenances == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("x:999999", "Таких плановых работ нет."),
        ("y:999999:0:1", "Таких плановых работ нет."),
        ("v:{id}", "В этом тикете файлов нет."),
        ("ed:{id}", "Здесь ничего не исправляли."),
        ("cp:{id}:gone", "Этой заготовки больше нет."),
        ("cs:{id}:1:gone", "Этой заготовки больше нет."),
        ("fm:1:10", "Эта кнопка уже не действует"),
    ],
)
def test_what_is_not_there_is_named(
    desk: BotDesk, anna: TelegramPerson, data: str, told: str
) -> None:
    opened = desk.opens_in_app("Ничего особенного")
    card = anna.receives("Новый тикет", f"#{opened.id} ")
    before = desk.tickets.get_ticket(opened.id)

    answer = forges(anna, card, data.format(id=opened.id))

    assert told in answer.text
    assert answer.show_alert
    assert desk.tickets.get_ticket(opened.id) == before


def test_a_desk_without_canned_answers_says_where_they_are_written() -> None:
    (listed,) = answered(canned.canned, object(), words=BARE).posts

    assert isinstance(listed, Letter)
    assert listed.text == "Заготовок пока нет: их пишут в support.toml."
    with pytest.raises(WrongCall) as wrong:
        answered(canned.canned, object(), "42 looking", words=BARE)
    assert "их пишут в support.toml" in refusals.usage(BARE, wrong.value)


class Crowd:
    """A desk of so many agents, whose sla is silent."""

    def __init__(self, agents: int) -> None:
        self._agents = [
            AgentView(id=f"tg:{one}", name=f"Агент {one}", telegram_id=one)
            for one in range(1, agents + 1)
        ]

    def get_ticket(self, ticket_id: int) -> TicketView:
        facts = dict(ticket(ticket_id))
        more = {"description": "x", "context": {}, "messages": [message()]}
        return TicketView(**facts, **more, last_message_at=NOON, unread=0)

    def list_agents(self) -> list[AgentView]:
        return self._agents

    def describe_tickets(self, _tickets: list[TicketFacts]) -> list[TicketClocks]:
        raise Unavailable("silent")


def test_too_many_agents_for_buttons_are_named() -> None:
    most = buttons.MOST_ASSIGNEES

    few = answered(assigning.show_assignees, Crowd(most), "42", callback_id="press")
    many = answered(assigning.show_assignees, Crowd(most + 1), "42", callback_id="press")

    (card,) = few.posts
    assert isinstance(card, Edit)
    assert sum(len(row) for row in card.buttons) == most + 1
    assert many.posts == []
    assert many.toast is not None
    assert many.toast.text == "Сотрудников слишком много для кнопок. Напишите: /assign 42 имя"
