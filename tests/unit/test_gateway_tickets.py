"""Tickets over HTTP: what tickets is told, and what the caller is shown."""

from datetime import timedelta
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
from contracts.incidents import IncidentView, StatusView
from contracts.tickets import AgentView, AuthorView, LinkedIncident, MessageView
from contracts.vocabulary import AuthorKind, IncidentStatus
from tests.support.gateway import NOW, Gateway, agents_message, make_ticket


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
    due = {"paused": False, "achieved_at": None, "breached_at": None, "state": "pending"}
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


def test_the_owners_reading_marks_read_what_was_shown(gateway: Gateway) -> None:
    gateway.services.ticket = make_ticket(
        unread=1, messages=[*make_ticket().messages, agents_message()]
    )

    assert gateway.as_user().gets("/tickets/42/").status_code == 200

    command = gateway.services.last("tickets.mark_read")
    assert (command.ticket_id, command.requester_id) == (42, "anna")
    assert command.read_at == NOW + timedelta(minutes=5)


def test_an_administrators_reading_marks_nothing(gateway: Gateway) -> None:
    gateway.services.ticket = make_ticket(unread=1)

    assert gateway.as_admin().gets("/tickets/42/").status_code == 200
    assert not gateway.services.was_asked("tickets.mark_read")


def test_a_ticket_can_be_read_though_it_cannot_be_marked(gateway: Gateway) -> None:
    gateway.services.ticket = make_ticket(unread=1)
    gateway.services.answers["tickets.mark_read"] = Unavailable("busy")

    assert gateway.as_user().gets("/tickets/42/").status_code == 200


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


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "объединено с №40"), ("en", "merged into #40")]
)
def test_a_merged_ticket_says_where_it_goes_on(gateway: Gateway, language: str, words: str) -> None:
    notice = MessageView(
        id=3, author=AuthorView(kind=AuthorKind.SYSTEM, name="Олег"), body="", created_at=NOW
    )
    gateway.services.ticket = make_ticket(
        status="closed", merged_into=40, messages=[*make_ticket().messages, notice]
    )

    answer = gateway.as_user().gets("/tickets/42/", headers={"Accept-Language": language})
    page = gateway.as_user().gets("/tickets/").json

    assert answer.json is not None
    assert page is not None
    assert (answer.json["status"], answer.json["merged_into"]) == ("closed", 40)
    asked, told = answer.json["messages"]
    assert asked["body"] == "Не вхожу"
    assert told["author"] == {"kind": "system", "name": "Олег"}
    assert words in told["body"]
    assert answer.headers["Content-Language"] == language
    assert page["results"][0]["merged_into"] == 40


def knows(gateway: Gateway, *statuses: IncidentStatus) -> None:
    """The gateway has heard of incidents 1, 2 and so on, which are open."""
    incidents = [
        IncidentView(id=number, title="Сбой", status=status, impact="major", started_at=NOW)
        for number, status in enumerate(statuses, 1)
    ]
    view = StatusView(status="degraded", incidents=incidents, updated_at=NOW, version=1)
    gateway.board.hear(view, NOW)


def is_linked(gateway: Gateway) -> None:
    """Anna's ticket is about incident 2, and has been merged since it was told so."""
    incident, system = LinkedIncident(id=2, title="Оплата"), AuthorKind.SYSTEM
    author = AuthorView(kind=system, name="Олег")
    told = MessageView(
        id=3, author=author, body="", created_at=NOW, delivery="delivered", incident=incident
    )
    merged = MessageView(id=4, author=author, body="", created_at=NOW)
    messages = [*make_ticket().messages, told, merged]
    gateway.services.ticket = make_ticket(incident=incident, messages=messages, merged_into=40)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "Мы уже знаем об этой проблеме: «Оплата». Причина найдена."),
        ("en", "We know of this problem already: “Оплата”. Identified."),
    ],
)
def test_a_linked_ticket_names_its_incident_and_says_that_we_know(
    gateway: Gateway, language: str, words: str
) -> None:
    knows(gateway, IncidentStatus.MONITORING, IncidentStatus.IDENTIFIED)
    is_linked(gateway)

    answer = gateway.as_user().gets("/tickets/42/", headers={"Accept-Language": language}).json
    page = gateway.as_user().gets("/tickets/").json

    assert answer is not None
    assert page is not None
    assert answer["incident"] == {"id": 2, "title": "Оплата", "status": "identified"}
    assert page["results"][0]["incident"] == answer["incident"]
    asked, told, merged = answer["messages"]
    assert (asked["body"], told["author"]["kind"]) == ("Не вхожу", "system")
    assert told["body"].startswith(words)
    assert told["delivery"] == "delivered"
    assert "40" in merged["body"]


def test_an_incident_that_is_not_open_any_more_has_ended(gateway: Gateway) -> None:
    knows(gateway, IncidentStatus.MONITORING)
    is_linked(gateway)

    answer = gateway.as_user().gets("/tickets/42/").json

    assert answer is not None
    assert answer["incident"]["status"] == "resolved"
    assert "завершён" in answer["messages"][1]["body"]


def test_before_the_status_was_heard_of_a_linked_incident_is_as_it_began(gateway: Gateway) -> None:
    is_linked(gateway)

    answer = gateway.as_user().gets("/tickets/42/").json

    assert answer is not None
    assert answer["incident"]["status"] == "investigating"


@pytest.mark.parametrize("writer", ["owner", "administrator"])
def test_whoever_writes_to_a_merged_ticket_is_sent_on(gateway: Gateway, writer: str) -> None:
    refusal = TicketClosed("closed", {"ticket_id": "42", "merged_into": "40"})
    gateway.services.answers["tickets.add_user_message"] = refusal
    gateway.services.answers["tickets.answer_ticket"] = refusal
    visitor = gateway.as_user() if writer == "owner" else gateway.as_admin()

    answer = visitor.posts("/tickets/42/add_message/", {"message": "x"})

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "ticket_closed"
    assert "№40" in answer.json["detail"]
    assert answer.json["details"] == {"merged_into": 40}


def test_a_read_has_two_seconds_and_a_write_five(gateway: Gateway) -> None:
    gateway.as_user().gets("/tickets/42/")
    gateway.as_user().posts("/tickets/", {"description": "x"})

    assert 1.5 < gateway.services.timeouts["tickets.get_ticket"] <= 2
    assert 4.5 < gateway.services.timeouts["tickets.open_ticket"] <= 5
