"""One person in the app and in Telegram: joined by a link, answered at both doors."""

from itertools import count

from tests.support.botapi import SUPPORT_BOT, TelegramPerson
from tests.support.running_desk import RunningDesk
from tests.support.story import app_user, ticket_named_in

_people = count(70_001)


def test_a_link_from_the_app_joins_the_histories_and_answers_come_to_both(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    anna = app_user(desk, "Анна")
    here = desk.telegram.person(next(_people), "Аня")
    in_app = anna.opens_ticket("Из приложения")
    here.receives("принято", after=here.says("Из Telegram"))
    in_telegram = ticket_named_in(agent.receives("Новый тикет", "Из Telegram"))

    made = anna.asks("POST", "/telegram/link/")

    assert made.status_code == 201, made.text
    address, _, payload = made.json()["url"].partition("?start=")
    assert address == f"https://t.me/{SUPPORT_BOT}"
    asked = here.receives("с аккаунтом «Анна»", after=here.says(f"/start {payload}"))
    assert [one["id"] for one in anna.lists()] == [in_app["id"]]
    here.presses(asked, "Да, это я")
    linked = here.sees(asked, lambda one: "связан с аккаунтом «Анна»" in one.text)
    assert {one["id"] for one in anna.lists()} == {in_app["id"], in_telegram}

    agent.says(f"/reply {in_app['id']} Уже чиним")
    answer = here.receives("Уже чиним", f"№{in_app['id']}", after=linked)
    anna.sees(in_app["id"], "answered", status="waiting")
    here.receives("Добавлено", after=here.says("Спасибо", reply_to=answer))
    bodies = [message["body"] for message in anna.reads(in_app["id"])["messages"]]
    assert bodies == ["Из приложения", "Уже чиним", "Спасибо"]


def test_what_was_edited_in_telegram_reads_so_in_the_app(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    here = desk.telegram.person(next(_people), "Глеб")
    gleb = app_user(desk, "Глеб", telegram_id=here.id)
    said = here.says("Не могу вайти")
    here.receives("принято", after=said)
    ticket_id = ticket_named_in(agent.receives("Новый тикет", "Не могу вайти"))

    here.edits(said, "Не могу войти")

    shown = gleb.sees(ticket_id, "edited", description="Не могу войти")
    assert shown["messages"][0]["edited_at"] is not None
