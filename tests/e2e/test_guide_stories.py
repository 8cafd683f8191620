"""The operating guide's stories, with its own example commands, over HTTP and Telegram together."""

import pytest

from tests.support.botapi import TelegramPerson
from tests.support.running_desk import RunningDesk
from tests.support.story import app_user, banner_becomes, first_response_is, ticket_named_in


def test_an_agent_sees_a_new_ticket_answers_it_and_the_user_reads_the_answer(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    anna = app_user(desk, "Анна")
    ticket = anna.opens_ticket("Не открывается домашка", category="homework")
    agent.receives("Не открывается домашка", f"/view_{ticket['id']}")

    sent = agent.says(f"/reply {ticket['id']} Спасибо за обращение! Уже разбираемся.")

    agent.receives(f"#{ticket['id']}", "доставлен", after=sent)
    seen = anna.sees(ticket["id"], "the answer", status="waiting", assignee={"name": "Мария"})
    assert seen["messages"][-1]["body"] == "Спасибо за обращение! Уже разбираемся."
    first_response_is(anna, ticket["id"], "achieved")


def test_a_mass_outage_is_declared_seen_by_everybody_and_ended(
    desk: RunningDesk, agent: TelegramPerson, colleague: TelegramPerson
) -> None:
    banner_becomes(desk, "operational")

    declared = agent.says("/incident Проблемы с оплатой - не проходят платежи")

    agent.receives("Проблемы с оплатой - не проходят платежи", after=declared)
    colleague.receives("Проблемы с оплатой - не проходят платежи")
    outage = banner_becomes(desk, "outage", within=1.5)
    assert outage["incident"]["title"] == "Проблемы с оплатой - не проходят платежи"
    assert outage["incident"]["impact"] == "critical"
    asked = agent.says("/status")
    agent.receives("Проблемы с оплатой", after=asked)

    ended = agent.says("/resolve Проблема решена, платежи работают")

    agent.receives("завершён", after=ended)
    calm = banner_becomes(desk, "operational", within=1.5)
    assert calm["incident"] is None
    assert calm["incidents"] == []


def test_the_morning_round(desk: RunningDesk, agent: TelegramPerson) -> None:
    anna = app_user(desk)
    urgent = anna.opens_ticket("Не могу войти совсем", impact="blocked")
    agent.receives(f"/view_{urgent['id']}")

    for command, told in (
        ("/sla", "сро"),
        ("/tickets", f"/view_{urgent['id']}"),
        (f"/view_{urgent['id']}", "Не могу войти совсем"),
        ("/stats", "Поддержка за 30 дней"),
        ("/help", "/incident"),
    ):
        sent = agent.says(command)
        agent.receives(told, after=sent, within=10)


def test_the_figures_come_with_a_chart_of_what_was_in_time(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    anna = app_user(desk)
    ticket = anna.opens_ticket("Успейте вовремя", impact="blocked")
    agent.receives(f"/view_{ticket['id']}")
    sent = agent.says(f"/reply {ticket['id']} Успели")
    agent.receives(f"#{ticket['id']}", "доставлен", after=sent)
    first_response_is(anna, ticket["id"], "achieved")

    asked = agent.says("/stats")

    told = agent.receives("Поддержка за 30 дней", "По приоритетам", after=asked)
    assert told.photo is not None
    assert told.photo.width >= 800
    picture = agent.file_of(told)
    assert picture.startswith(b"\x89PNG")


def test_a_taken_ticket_is_mine(desk: RunningDesk, agent: TelegramPerson) -> None:
    ticket = app_user(desk).opens_ticket("Возьмите меня")

    notice = agent.receives("Возьмите меня", f"/view_{ticket['id']}")
    agent.presses(notice, "Взять")

    listed = agent.says("/my")
    agent.receives("Мои тикеты", f"/view_{ticket['id']}", after=listed)


def test_a_private_message_becomes_a_ticket_and_the_answer_comes_back(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    boris = desk.telegram.person(900_101, "Борис")

    asked = boris.says("Где ссылка на занятие?")

    opened = boris.receives(after=asked)
    notice = agent.receives("Где ссылка на занятие?")
    number = ticket_named_in(notice)
    sent = agent.says(f"/reply {number} Вот она: https://example.org")
    boris.receives("Вот она: https://example.org", after=opened)
    agent.receives(f"#{number}", "доставлен", after=sent)


def test_a_further_message_continues_the_newest_ticket(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    vera = desk.telegram.person(900_102, "Вера")
    asked = vera.says("Первое сообщение Веры")
    vera.receives(after=asked)
    agent.receives("Первое сообщение Веры")

    vera.says("А ещё не грузится видео")

    agent.receives("А ещё не грузится видео")


@pytest.mark.parametrize(
    "command",
    [
        "/tickets",
        "/my",
        "/view_1",
        "/reply 1 привет",
        "/stats",
        "/incident Всё упало",
        "/resolve ок",
        "/sla",
        "/take 1",
        "/update идёт работа",
    ],
)
def test_who_is_not_an_agent_gets_a_refusal_and_changes_nothing(
    desk: RunningDesk, command: str
) -> None:
    stranger = desk.telegram.person(900_200, "Чужой")
    before = banner_becomes(desk, "operational")

    sent = stranger.says(command)

    refusal = stranger.receives(after=sent)
    assert "сотрудник" in refusal.text
    assert not list(refusal.buttons)
    assert banner_becomes(desk, "operational")["updated_at"] == before["updated_at"]


@pytest.mark.parametrize(
    ("command", "example"),
    [
        ("/reply", "/reply 42"),
        ("/reply 42", "/reply 42"),
        ("/reply сорок два привет", "/reply 42"),
        ("/incident", "/incident"),
        ("/incident    ", "/incident"),
        ("/resolve", "/resolve"),
        ("/update", "/update"),
        ("/take", "/take"),
        ("/take abc", "/take"),
    ],
)
def test_a_wrong_call_is_answered_with_the_usage_and_an_example(
    desk: RunningDesk, agent: TelegramPerson, command: str, example: str
) -> None:
    sent = agent.says(command)

    agent.receives(example, after=sent)
    banner_becomes(desk, "operational")


@pytest.mark.parametrize("command", ["/view_{}", "/reply {} привет", "/take {}"])
def test_a_ticket_that_does_not_exist_is_said_to_be_missing(
    desk: RunningDesk, agent: TelegramPerson, command: str
) -> None:
    for number in (999_999_999, 10**30):
        unknown = agent.says(command.format(number))
        agent.receives("Такого тикета нет", after=unknown)

    impossible = agent.says(command.format(0))
    agent.receives(command[:5], after=impossible)


@pytest.mark.parametrize(
    "text",
    [
        "<b>жирно</b> & <script>",
        "*звёзды* _черта_ `код`",
        "مرحبا بالعالم \u202eabc",
        "👩‍👩‍👧‍👦" * 40,
        "я" * 4096,
    ],
    ids=["html", "markdown", "rtl", "emoji", "long"],
)
def test_words_of_people_arrive_as_they_were_written(
    desk: RunningDesk, agent: TelegramPerson, text: str
) -> None:
    anna = app_user(desk)
    ticket = anna.opens_ticket(text)
    agent.receives(f"/view_{ticket['id']}", within=10)
    viewed = agent.says(f"/view_{ticket['id']}")
    agent.receives(f"#{ticket['id']}", after=viewed, within=10)

    agent.says(f"/reply {ticket['id']} {text[:3900]}")

    seen = anna.sees(ticket["id"], "the answer", within=10, status="waiting")
    assert seen["messages"][0]["body"] == text
    assert seen["messages"][1]["body"] == text[:3900].strip()
