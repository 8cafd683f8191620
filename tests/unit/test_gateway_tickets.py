"""Tickets over HTTP: what tickets is told, and what the caller is shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import (
    IdempotencyKeyInProgress,
    IdempotencyKeyReused,
    TicketClosed,
    Unavailable,
)
from contracts.event import Receipt
from contracts.tickets import AgentView
from services.gateway.visit import READ_SECONDS, WRITE_SECONDS
from tests.support.gateway import Gateway, agents_message, make_ticket


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def opened(gateway: Gateway, **body: Any) -> Any:
    """The command that a new ticket became."""
    answer = gateway.as_user(name="Анна", telegram_id=7).posts(
        "/tickets/", {"description": "Не вхожу", **body}
    )
    assert answer.status_code == 201
    return gateway.services.last("tickets.open_ticket")


def test_a_new_ticket_gets_the_defaults(gateway: Gateway) -> None:
    command = opened(gateway, subject=None, category=None, priority=None, impact=None, context=None)

    assert (command.subject, command.category, command.priority) == (None, "other", "P3")
    assert command.context == {}
    assert command.requester.model_dump(exclude_none=True) == {
        "id": "anna",
        "name": "Анна",
        "telegram_id": 7,
    }


@pytest.mark.parametrize(
    ("impact", "priority"), [("blocked", "P1"), ("workaround", "P2"), ("question", "P3")]
)
def test_the_impact_decides_the_priority(gateway: Gateway, impact: str, priority: str) -> None:
    assert opened(gateway, impact=impact).priority == priority


def test_a_named_priority_goes_before_the_impact(gateway: Gateway) -> None:
    assert opened(gateway, impact="question", priority="P1").priority == "P1"


def test_a_subject_is_one_line(gateway: Gateway) -> None:
    assert opened(gateway, subject="  Не \n вхожу ").subject == "Не вхожу"


def test_the_answer_has_the_shape_of_a_ticket_and_its_place(gateway: Gateway) -> None:
    answer = gateway.as_user().posts("/tickets/", {"description": "Не вхожу"})

    assert answer.headers["Location"] == "/api/support/tickets/42/"
    assert "Idempotent-Replay" not in answer.headers
    due = {
        "state": "pending",
        "paused": False,
        "achieved_at": None,
        "breached_at": None,
        "satisfied_by": None,
    }
    assert answer.json == {
        "id": 42,
        "subject": "Не вхожу",
        "description": "Не вхожу",
        "category": "login",
        "priority": "P3",
        "status": "open",
        "source": "app",
        "created_at": "2026-03-02T09:00:00.000Z",
        "updated_at": "2026-03-02T09:00:00.000Z",
        "first_response_at": None,
        "resolved_at": None,
        "requester": {"id": "anna", "name": "Анна"},
        "assignee": None,
        "incident": None,
        "merged_into": None,
        "known_incident": None,
        "sla": {
            "first_response": {"due_at": "2026-03-03T09:00:00.000Z", **due},
            "next_response": None,
            "resolution": None,
        },
        "messages": [
            {
                "id": 1,
                "author": {"kind": "user", "name": "Анна"},
                "body": "Не вхожу",
                "created_at": "2026-03-02T09:00:00.000Z",
                "edited_at": None,
                "delivery": None,
                "attachments": [],
            }
        ],
    }


def test_a_repeat_is_told_and_answers_as_the_first_with_the_clocks_of_its_opening(
    gateway: Gateway,
) -> None:
    first = gateway.as_user().posts("/tickets/", {"description": "x"})
    gateway.services.answers["tickets.open_ticket"] = lambda _: Receipt(
        result=make_ticket(), replayed=True
    )
    second = gateway.as_user().posts("/tickets/", {"description": "x"})

    assert second.headers["Idempotent-Replay"] == "true"
    assert second.json == first.json


def test_one_key_is_one_command_for_one_user_and_one_operation(gateway: Gateway) -> None:
    key = {"Idempotency-Key": "k-1"}

    def command(visitor: Any, path: str, field: str, method: str) -> str:
        assert visitor.posts(path, {field: "x"}, headers=key).status_code == 201
        found: str = gateway.services.last(f"tickets.{method}").command_id
        return found

    anna, boris, boss = gateway.as_user(), gateway.as_user("boris"), gateway.as_admin()
    ids = [
        command(anna, "/tickets/", "description", "open_ticket"),
        command(boris, "/tickets/", "description", "open_ticket"),
        command(anna, "/tickets/42/add_message/", "message", "add_user_message"),
        command(anna, "/tickets/43/add_message/", "message", "add_user_message"),
        command(boss, "/tickets/42/add_message/", "message", "answer_ticket"),
    ]

    assert len(set(ids)) == len(ids)
    assert command(anna, "/tickets/", "description", "open_ticket") == ids[0]


def test_without_a_key_every_request_is_its_own_command(gateway: Gateway) -> None:
    assert opened(gateway).command_id != opened(gateway).command_id


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (IdempotencyKeyReused(), 422, "idempotency_key_reused"),
        (IdempotencyKeyInProgress(), 409, "idempotency_key_in_progress"),
        (Unavailable(), 503, "unavailable"),
    ],
)
def test_what_tickets_refuses_is_told(
    gateway: Gateway, error: Exception, status: int, code: str
) -> None:
    gateway.services.answers["tickets.open_ticket"] = error

    answer = gateway.as_user().posts("/tickets/", {"description": "x"})

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["code"] == code


def test_a_ticket_is_served_without_clocks_when_sla_is_silent(gateway: Gateway) -> None:
    gateway.services.answers["sla.describe_tickets"] = Unavailable("silent")
    gateway.services.answers["sla.forecast_clocks"] = Unavailable("silent")

    for answer in (
        gateway.as_user().posts("/tickets/", {"description": "x"}),
        gateway.as_user().gets("/tickets/42/"),
    ):
        assert answer.status_code in {200, 201}
        assert answer.json is not None
        assert answer.json["sla"] is None
    listed = gateway.as_user().gets("/tickets/").json
    assert listed is not None
    assert listed["results"][0]["sla"] is None
    assert gateway.services.timeouts["sla.describe_tickets"] <= 0.3
    assert gateway.services.timeouts["sla.forecast_clocks"] <= 0.3


def test_a_user_lists_their_own_and_an_administrator_all(gateway: Gateway) -> None:
    gateway.as_user().gets("/tickets/?status=open&limit=5&cursor=abc")
    own = gateway.services.last("tickets.list_tickets")
    gateway.as_admin().gets("/tickets/?priority=P1&category=zoom&assignee=tg:1&q=касса")
    every = gateway.services.last("tickets.list_tickets")

    assert (own.requester_id, own.status, own.limit, own.cursor) == ("anna", "open", 5, "abc")
    assert (every.requester_id, every.limit) == (None, 25)
    assert (every.priority, every.category, every.assignee_id, every.q) == (
        "P1",
        "zoom",
        "tg:1",
        "касса",
    )


@pytest.mark.parametrize(
    ("written", "agent"),
    [("1001", "tg:1001"), ("%201001%20", "tg:1001"), ("tg:1001", "tg:1001"), ("boss", "boss")],
)
def test_an_agent_is_found_by_the_telegram_number_alone(
    gateway: Gateway, written: str, agent: str
) -> None:
    gateway.as_admin().gets(f"/tickets/?assignee={written}")

    assert gateway.services.last("tickets.list_tickets").assignee_id == agent


@pytest.mark.parametrize("query", ["priority=P1", "category=zoom", "assignee=x", "q=x"])
def test_a_user_may_not_use_the_administrators_filters(gateway: Gateway, query: str) -> None:
    answer = gateway.as_user().gets(f"/tickets/?{query}")

    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == query.partition("=")[0]
    assert not gateway.services.asked


def test_a_list_shows_lines_without_texts(gateway: Gateway) -> None:
    page = gateway.as_user().gets("/tickets/").json

    assert page is not None
    assert page["next"] == "abc"
    (line,) = page["results"]
    assert not {"description", "messages", "context", "version"} & line.keys()
    assert {"last_message_at", "unread", "sla", "incident"} <= line.keys()


def test_somebody_elses_ticket_looks_like_none(gateway: Gateway) -> None:
    stranger = gateway.as_user("boris")

    others, none = stranger.gets("/tickets/42/"), stranger.gets("/tickets/43/")

    assert (others.status_code, none.status_code) == (404, 404)
    assert others.json is not None
    assert none.json is not None
    assert {**others.json, "request_id": ""} == {**none.json, "request_id": ""}


def test_only_the_assignees_name_is_shown(gateway: Gateway) -> None:
    assignee = AgentView(id="tg:5", name="Олег", telegram_id=5)
    gateway.services.ticket = make_ticket(assignee=assignee)

    seen = gateway.as_user().gets("/tickets/42/").json

    assert seen is not None
    assert seen["assignee"] == {"name": "Олег"}
    assert "telegram_id" not in seen["requester"]


@pytest.mark.parametrize("reads", [Gateway.as_user, Gateway.as_admin])
def test_of_whoever_answered_only_the_name_is_shown(
    gateway: Gateway, reads: Callable[[Gateway], Any]
) -> None:
    gateway.services.ticket = make_ticket(messages=[*make_ticket().messages, agents_message()])

    seen = reads(gateway).gets("/tickets/42/").json
    documented = gateway.as_anyone().gets("/openapi.json").json

    assert seen is not None
    assert seen["messages"][1]["author"] == {"kind": "agent", "name": "Олег"}
    assert documented is not None
    assert documented["components"]["schemas"]["Author"]["properties"].keys() == {"kind", "name"}


def test_a_note_is_marked_for_an_administrator_and_nothing_else_has_the_mark(
    gateway: Gateway,
) -> None:
    note = agents_message().model_copy(update={"is_note": True, "delivery": None})
    told = gateway.services.ticket.messages
    gateway.services.ticket = make_ticket(messages=[*told, note])

    shown = gateway.as_admin().gets("/tickets/42/").json

    assert shown is not None
    first, last = shown["messages"]
    assert "note" not in first
    assert (last["author"]["kind"], last["note"]) == ("agent", True)


def test_the_owner_writes_on(gateway: Gateway) -> None:
    answer = gateway.as_user().posts("/tickets/42/add_message/", {"message": " Ещё "})

    assert answer.status_code == 201
    command = gateway.services.last("tickets.add_user_message")
    assert (command.ticket_id, command.requester_id, command.body) == (42, "anna", "Ещё")


def test_an_administrator_answers_by_name(gateway: Gateway) -> None:
    answer = gateway.as_admin(name="Ольга").posts("/tickets/42/add_message/", {"message": "Да"})

    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["author"] == {"kind": "agent", "name": "Олег"}
    assert answer.json["delivery"] == "delivered"
    command = gateway.services.last("tickets.answer_ticket")
    assert (command.agent_id, command.agent_name, command.body) == ("boss", "Ольга", "Да")


def test_an_administrator_without_a_name_answers_as_the_desk(gateway: Gateway) -> None:
    gateway.as_admin().posts("/tickets/42/add_message/", {"message": "Да"})

    assert gateway.services.last("tickets.answer_ticket").agent_name == "Поддержка"


def test_an_administrator_writes_on_in_their_own_ticket(gateway: Gateway) -> None:
    gateway.services.ticket = make_ticket(owner="boss")

    assert gateway.as_admin().posts("/tickets/42/add_message/", {"message": "x"}).status_code == 201
    assert gateway.services.was_asked("tickets.add_user_message")
    assert not gateway.services.was_asked("tickets.answer_ticket")


def test_a_closed_ticket_says_to_open_a_new_one(gateway: Gateway) -> None:
    gateway.services.answers["tickets.add_user_message"] = TicketClosed("closed")

    answer = gateway.as_user().posts("/tickets/42/add_message/", {"message": "x"})

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "ticket_closed"
    assert "новое" in answer.json["detail"]
    assert "details" not in answer.json


def test_a_read_ends_before_two_seconds_have_passed_and_a_write_before_five(
    gateway: Gateway,
) -> None:
    gateway.as_user().gets("/tickets/42/")
    gateway.as_user().posts("/tickets/", {"description": "x"})

    assert 1.3 < gateway.services.timeouts["tickets.get_ticket"] <= READ_SECONDS < 2
    assert 4 < gateway.services.timeouts["tickets.open_ticket"] <= WRITE_SECONDS < 5


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/tickets/", "tickets.list_tickets"),
        ("/tickets/42/", "tickets.get_ticket"),
        ("/tickets/42/sla/", "tickets.get_ticket"),
        ("/attachments/7/", "tickets.get_attachment"),
    ],
)
def test_who_only_reads_is_introduced_under_their_telegram_id_before_the_question(
    gateway: Gateway, path: str, question: str
) -> None:
    gateway.as_user(name="Анна", telegram_id=7).gets(path)

    asked = [name for name, _ in gateway.services.asked]
    assert asked.index("tickets.introduce_requester") < asked.index(question)
    requester = gateway.services.last("tickets.introduce_requester").requester
    assert (requester.id, requester.name, requester.telegram_id) == ("anna", "Анна", 7)


def test_who_writes_on_is_introduced_too(gateway: Gateway) -> None:
    answer = gateway.as_user(telegram_id=7).posts("/tickets/42/add_message/", {"message": "И ещё"})

    assert answer.status_code == 201
    assert gateway.services.last("tickets.introduce_requester").requester.telegram_id == 7


def test_nobody_is_introduced_twice_in_a_row_but_under_another_telegram_id(
    gateway: Gateway,
) -> None:
    for telegram_id in (7, 7, 8):
        gateway.as_user(telegram_id=telegram_id).gets("/tickets/")

    told = [
        command.requester.telegram_id
        for name, command in gateway.services.asked
        if name == "tickets.introduce_requester"
    ]
    assert told == [7, 8]


def test_administrators_and_those_without_a_telegram_id_need_no_introduction(
    gateway: Gateway,
) -> None:
    gateway.as_user().gets("/tickets/")
    gateway.as_admin().gets("/tickets/")

    assert not gateway.services.was_asked("tickets.introduce_requester")


def test_a_caller_who_cannot_be_introduced_is_served_all_the_same(gateway: Gateway) -> None:
    gateway.services.answers["tickets.introduce_requester"] = Unavailable("busy")

    assert gateway.as_user(telegram_id=7).gets("/tickets/").status_code == 200
