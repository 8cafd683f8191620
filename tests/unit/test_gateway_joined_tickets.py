"""A ticket that goes on in another, or is about an incident, as it is shown over HTTP."""

from pathlib import Path

import pytest

from contracts.errors import (
    TicketClosed,
)
from contracts.incidents import IncidentView, StatusView
from contracts.tickets import AuthorView, LinkedIncident, MessageView
from contracts.vocabulary import AuthorKind, IncidentStatus
from tests.support.gateway import NOW, Gateway, make_ticket


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


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
