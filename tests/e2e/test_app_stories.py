"""What a user of the app lives through, from the form to the answer."""

from datetime import datetime, timedelta
from uuid import uuid4

from tests.support.running_desk import RunningDesk
from tests.support.story import admin, app_user, first_response_is


def test_a_user_asks_in_the_app_an_administrator_answers_and_the_clock_stops(
    desk: RunningDesk,
) -> None:
    anna, boss = app_user(desk, "Анна"), admin(desk)

    ticket = anna.opens_ticket("Не могу войти\nПосле обновления", category="login")
    boss.writes(ticket["id"], "Сбросьте пароль, пожалуйста.")

    first_response_is(anna, ticket["id"], "achieved", within=1.5)
    seen = anna.reads(ticket["id"])
    assert seen["subject"] == "Не могу войти"
    assert seen["status"] == "waiting"
    assert [message["author"]["kind"] for message in seen["messages"]] == ["user", "agent"]
    assert seen["messages"][1]["delivery"] == "delivered"


def test_the_deadline_counts_from_the_moment_the_desk_got_the_request(desk: RunningDesk) -> None:
    anna = app_user(desk)

    ticket = anna.opens_ticket("Не приходит код", impact="blocked")

    created_at = datetime.fromisoformat(ticket["created_at"])
    due_at = datetime.fromisoformat(ticket["sla"]["first_response"]["due_at"])
    assert ticket["priority"] == "P1"
    assert due_at - created_at == timedelta(hours=2)
    assert (
        anna.reads(ticket["id"])["sla"]["first_response"]["due_at"]
        == (ticket["sla"]["first_response"]["due_at"])
    )


def test_the_same_key_opens_one_ticket_and_tells_the_same_twice(desk: RunningDesk) -> None:
    anna, key = app_user(desk), str(uuid4())
    request = {"json": {"description": "Дважды"}, "headers": {"Idempotency-Key": key}}

    first = anna.asks("POST", "/tickets/", **request)
    second = anna.asks("POST", "/tickets/", **request)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["Idempotent-Replay"] == "true"
    assert len(anna.lists()) == 1


def test_a_stranger_is_told_that_there_is_no_such_ticket(desk: RunningDesk) -> None:
    ticket = app_user(desk).opens_ticket("Моё")
    stranger = app_user(desk, "Чужой")

    seen = stranger.asks("GET", f"/tickets/{ticket['id']}/")
    unknown = stranger.asks("GET", "/tickets/999999999/")

    assert seen.status_code == unknown.status_code == 404
    assert seen.json()["detail"] == unknown.json()["detail"]


def test_reading_the_thread_marks_the_answers_read(desk: RunningDesk) -> None:
    anna, boss = app_user(desk), admin(desk)
    ticket = anna.opens_ticket("Где запись урока?", category="recording")
    boss.writes(ticket["id"], "Появится вечером.")
    assert anna.lists()[0]["unread"] == 1

    anna.reads(ticket["id"])

    assert anna.lists()[0]["unread"] == 0
