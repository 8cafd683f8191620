"""Somebody asks twice about one thing, and an agent makes one ticket of it."""

from tests.support.botapi import TelegramPerson
from tests.support.running_desk import RunningDesk
from tests.support.story import app_user, ticket_named_in


def test_a_user_who_asked_twice_in_the_app_reads_where_the_second_ticket_went(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    anna = app_user(desk, "Анна")
    first = anna.opens_ticket("Не проходит оплата")["id"]
    second = anna.opens_ticket("Оплата всё ещё не проходит")["id"]
    agent.receives("Оплата всё ещё не проходит", f"/view_{second}")

    merged = agent.says(f"/merge {second} {first}")

    agent.receives("объединён с", f"/view_{second}", f"/view_{first}", after=merged)
    source = anna.sees(second, "the merge", status="closed", merged_into=first)
    assert source["messages"][-1]["author"] == {"kind": "system", "name": "Мария"}
    assert f"№{first}" in source["messages"][-1]["body"]
    refused = anna.asks("POST", f"/tickets/{second}/add_message/", json={"message": "Алло"})
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_closed")
    assert f"№{first}" in refused.json()["detail"]
    assert refused.json()["details"] == {"merged_into": first}

    answered = agent.says(f"/reply {first} Оплата снова работает")

    agent.receives("доставлен", after=answered)
    seen = anna.sees(first, "the answer", status="waiting", merged_into=None)
    assert [one["body"] for one in seen["messages"]] == [
        "Не проходит оплата",
        "Оплата снова работает",
    ]
    anna.writes(first, "Спасибо!")
    agent.receives("Спасибо!", f"/view_{first}")


def test_what_was_asked_in_telegram_goes_on_in_the_same_persons_ticket_of_the_app(
    desk: RunningDesk, agent: TelegramPerson
) -> None:
    vera = desk.telegram.person(900_401, "Вера")
    opened = vera.receives("принято", after=vera.says("Не грузится урок"))
    asked = ticket_named_in(agent.receives("Новый тикет", "Не грузится урок"))
    in_app = app_user(desk, "Вера", telegram_id=vera.id)
    survivor = in_app.opens_ticket("Урок не грузится и в приложении")["id"]

    merged = agent.says(f"/merge {asked} {survivor}")

    agent.receives("объединён с", after=merged)
    vera.receives(f"№{asked} объединено", f"№{survivor}", "придёт сюда", after=opened)
    said = vera.says("Уже открылся, но без звука", reply_to=opened)
    vera.receives(f"добавлено к №{survivor}", after=said)
    assert in_app.reads(asked)["merged_into"] == survivor
    assert in_app.reads(survivor)["messages"][-1]["body"] == "Уже открылся, но без звука"
    agent.says(f"/reply {survivor} Звук вернули")
    vera.receives("Ответ поддержки", "Звук вернули", after=said)
