"""A ticket that goes on in another, or is about an incident, as it is shown over HTTP."""

from pathlib import Path

import pytest

from contracts.errors import (
    IncidentAlreadyResolved,
    IncidentNotFound,
    TicketClosed,
    WithdrawnIncident,
)
from contracts.event import Receipt
from contracts.incidents import ClosedTicket, IncidentView, StatusView
from contracts.tickets import AuthorView, LinkedIncident, MessageView
from contracts.vocabulary import AuthorKind, IncidentNotice, IncidentStatus
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
        id=3,
        author=author,
        body="",
        created_at=NOW,
        delivery="delivered",
        incident=incident,
        incident_status=IncidentStatus.IDENTIFIED,
        notice=IncidentNotice.KNOWN,
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


def test_an_incident_that_is_not_open_any_more_has_ended_and_the_note_says_what_it_said(
    gateway: Gateway,
) -> None:
    knows(gateway, IncidentStatus.MONITORING, IncidentStatus.MONITORING)
    is_linked(gateway)
    before = gateway.as_user().gets("/tickets/42/").json
    knows(gateway, IncidentStatus.MONITORING)

    answer = gateway.as_user().gets("/tickets/42/").json

    assert answer is not None
    assert before is not None
    assert answer["incident"]["status"] == "resolved"
    assert answer["messages"] == before["messages"]
    assert "знаем об этой проблеме: «Оплата». Причина найдена." in answer["messages"][1]["body"]


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


def hits(gateway: Gateway, *components: str) -> None:
    """An incident is open that hits these."""
    incident = IncidentView(
        id=7,
        title="Оплата",
        status="identified",
        impact="major",
        started_at=NOW,
        components=list(components),
    )
    view = StatusView(status="degraded", incidents=[incident], updated_at=NOW, version=1)
    gateway.board.hear(view, NOW)


@pytest.mark.parametrize(
    ("category", "components", "is_meant"),
    [
        ("payment", ["payments"], True),
        ("payment", ["video", "payments"], True),
        ("payment", ["video"], False),
        ("payment", [], True),
        ("other", ["video"], True),
    ],
)
def test_a_ticket_tells_which_open_incident_it_may_be_about(
    gateway: Gateway, category: str, components: list[str], is_meant: bool
) -> None:
    hits(gateway, *components)
    gateway.services.ticket = make_ticket(category=category)

    opened = gateway.as_user().posts("/tickets/", {"description": "Не проходит оплата"})
    read = gateway.as_user().gets("/tickets/42/")

    known = {"id": 7, "title": "Оплата", "status": "identified"} if is_meant else None
    for answer in (opened, read):
        assert answer.json is not None
        assert answer.json["known_incident"] == known
        assert answer.json["incident"] is None


@pytest.mark.parametrize(
    "parts",
    [{"status": "resolved"}, {"status": "closed"}, {"incident": LinkedIncident(id=7, title="О")}],
    ids=["resolved", "closed", "linked"],
)
def test_what_is_over_or_linked_is_about_nothing_else(
    gateway: Gateway, parts: dict[str, object]
) -> None:
    hits(gateway, "payments")
    gateway.services.ticket = make_ticket(category="payment", **parts)

    answer = gateway.as_user().gets("/tickets/42/")

    assert answer.json is not None
    assert answer.json["known_incident"] is None


def joined(gateway: Gateway) -> None:
    """incidents counts."""
    incident = IncidentView(
        id=7, title="Оплата", status="identified", impact="major", started_at=NOW, affected=12
    )
    gateway.services.answers["incidents.join_incident"] = lambda _: Receipt(result=incident)


@pytest.mark.parametrize("body", [{}, {"ticket_id": None}, {"ticket_id": 42}])
def test_a_user_has_it_too_and_is_counted(gateway: Gateway, body: dict[str, object]) -> None:
    joined(gateway)

    answer = gateway.as_user().posts("/incidents/7/me_too/", body)

    assert answer.status_code == 200
    assert answer.json == {
        "incident": {"id": 7, "title": "Оплата", "status": "identified"},
        "affected": 12,
    }
    command = gateway.services.last("incidents.join_incident")
    assert (command.incident_id, command.requester_id, command.origin) == (7, "anna", "app")
    assert command.ticket_id == body.get("ticket_id")


def test_only_a_ticket_of_ones_own_can_be_about_it(gateway: Gateway) -> None:
    joined(gateway)
    gateway.services.ticket = make_ticket()

    answer = gateway.as_user("boris").posts("/incidents/7/me_too/", {"ticket_id": 42})

    assert answer.json is not None
    assert answer.json["code"] == "ticket_not_found"
    assert not gateway.services.was_asked("incidents.join_incident")


@pytest.mark.parametrize(
    ("ticket", "seen"),
    [
        ({}, None),
        ({"status": "closed"}, ClosedTicket()),
        ({"status": "closed", "merged_into": 40}, ClosedTicket(merged_into=40)),
    ],
)
def test_incidents_is_told_of_a_closed_ticket_and_knows_whether_it_was_said_before(
    gateway: Gateway, ticket: dict[str, object], seen: ClosedTicket | None
) -> None:
    joined(gateway)
    gateway.services.ticket = make_ticket(**ticket)

    gateway.as_user().posts("/incidents/7/me_too/", {"ticket_id": 42})

    assert gateway.services.last("incidents.join_incident").closed_ticket == seen


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ticket_id": 0}, "ticket_id"),
        ({"ticket_id": "42"}, "ticket_id"),
        ({"ticket_id": 2**63}, "ticket_id"),
        ({"ticket": 42}, "ticket"),
    ],
)
def test_a_wrong_form_names_its_field(
    gateway: Gateway, body: dict[str, object], field: str
) -> None:
    answer = gateway.as_user().posts("/incidents/7/me_too/", body)

    assert answer.json is not None
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["errors"]] == [field]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (IncidentNotFound("no"), 404, "incident_not_found"),
        (WithdrawnIncident("no"), 404, "incident_not_found"),
        (IncidentAlreadyResolved("no"), 409, "incident_already_resolved"),
    ],
)
def test_nobody_joins_what_is_not_open(
    gateway: Gateway, error: Exception, status: int, code: str
) -> None:
    gateway.services.answers["incidents.join_incident"] = error

    answer = gateway.as_user().posts("/incidents/7/me_too/", {})

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_an_impossible_number_asks_nobody(gateway: Gateway) -> None:
    answer = gateway.as_user().posts(f"/incidents/{2**63}/me_too/", {})

    assert answer.json is not None
    assert answer.json["code"] == "incident_not_found"
    assert not gateway.services.was_asked("incidents.join_incident")


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "«Оплата» мы объявили по ошибке"), ("en", "declared by mistake")]
)
def test_that_an_incident_was_a_mistake_is_told_in_the_readers_words(
    gateway: Gateway, language: str, words: str
) -> None:
    told = MessageView(
        id=3,
        author=AuthorView(kind=AuthorKind.SYSTEM, name=""),
        body="",
        created_at=NOW,
        incident=LinkedIncident(id=7, title="Оплата"),
        notice=IncidentNotice.WITHDRAWN,
    )
    gateway.services.ticket = make_ticket(messages=[*make_ticket().messages, told])

    answer = gateway.as_user().gets("/tickets/42/", headers={"Accept-Language": language})

    assert answer.json is not None
    assert answer.json["incident"] is None
    assert words in answer.json["messages"][-1]["body"]


def test_news_of_an_incident_is_told_in_the_readers_words(gateway: Gateway) -> None:
    told = [
        MessageView(
            id=3 + number,
            author=AuthorView(kind=AuthorKind.SYSTEM, name=""),
            body=said,
            created_at=NOW,
            incident=LinkedIncident(id=7, title="Оплата"),
            incident_status=status,
            notice=notice,
        )
        for number, (said, status, notice) in enumerate(
            [
                ("Нашли причину.", IncidentStatus.IDENTIFIED, IncidentNotice.NEWS),
                ("Починили.", IncidentStatus.RESOLVED, IncidentNotice.NEWS),
                ("Рано.", IncidentStatus.INVESTIGATING, IncidentNotice.RETURNED),
            ]
        )
    ]
    gateway.services.ticket = make_ticket(messages=[*make_ticket().messages, *told])

    answer = gateway.as_user().gets("/tickets/42/", headers={"Accept-Language": "ru"})

    assert answer.json is not None
    _, update, end, back = answer.json["messages"]
    assert "Нашли причину." in update["body"]
    assert "«Оплата»" in update["body"]
    assert "устранён: Починили." in end["body"]
    assert "ещё не устранён: Рано." in back["body"]
