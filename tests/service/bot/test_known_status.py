"""Which incidents the bot knows to be open, and which tickets to be about one, without asking when
somebody waits."""

from typing import Any, cast

import pytest
from sqlalchemy import select

from contracts.errors import Unavailable
from contracts.event import Event
from contracts.incidents import (
    IncidentAssessed,
    IncidentDeclared,
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentWithdrawn,
    StatusView,
)
from contracts.tickets import TicketClosed, TicketFacts, TicketResolved, UserMessageAdded
from contracts.vocabulary import Source, TicketStatus
from services.bot import memory
from services.bot.known_status import StatusWatch, open_incidents
from services.bot.models import THE_APP, KnownRequest
from tests.support.bot_events import AGENT, INCIDENT, STATUS, hear, linked, made, unlinked
from tests.support.bot_rows import ANNA, Rows, message, ticket


def status(version: int, *titles: str) -> StatusView:
    """A status with these incidents open."""
    open_ones = [INCIDENT.model_copy(update={"title": title}) for title in titles]
    return STATUS.model_copy(update={"version": version, "incidents": open_ones})


def event(kind: type[Event], told: StatusView) -> Event:
    return made(kind, told.version, incident=INCIDENT, status=told)


def known(rows: Rows) -> list[str]:
    return [one.title for one in rows.store.ask(open_incidents)]


class Incidents:
    """Answers with the status it was given, after something else has happened."""

    def __init__(self, answer: StatusView, rows: Rows, meanwhile: Event | None = None) -> None:
        self._answer = answer
        self._rows = rows
        self._meanwhile = meanwhile

    def get_status(self) -> StatusView:
        if self._meanwhile is not None:
            hear(self._rows, self._meanwhile)
        return self._answer


class Silent:
    def get_status(self) -> StatusView:
        raise Unavailable("silent")


def asks(rows: Rows, incidents: object) -> None:
    StatusWatch(rows.store, cast(Any, incidents)).ask()


@pytest.mark.parametrize(
    "kind",
    [
        IncidentDeclared,
        IncidentAssessed,
        IncidentUpdated,
        IncidentResolved,
        IncidentReopened,
        IncidentWithdrawn,
    ],
)
def test_whatever_happens_to_an_incident_is_known(rows: Rows, kind: type[Event]) -> None:
    assert known(rows) == []

    hear(rows, event(kind, status(1, "Платежи")))
    assert known(rows) == ["Платежи"]

    hear(rows, event(kind, status(2)))
    assert known(rows) == []


def test_what_comes_late_changes_nothing(rows: Rows) -> None:
    hear(rows, event(IncidentResolved, status(5)))
    hear(rows, event(IncidentDeclared, status(4, "Платежи")))

    assert known(rows) == []


def test_what_was_open_before_the_bot_heard_anything_is_asked_for(rows: Rows) -> None:
    asks(rows, Incidents(status(7, "Платежи"), rows))

    assert known(rows) == ["Платежи"]


def test_silence_leaves_what_is_known(rows: Rows) -> None:
    hear(rows, event(IncidentDeclared, status(3, "Платежи")))

    with pytest.raises(Unavailable):
        asks(rows, Silent())

    assert known(rows) == ["Платежи"]


def test_an_answer_that_crossed_with_an_event_is_not_believed(rows: Rows) -> None:
    over = event(IncidentResolved, status(4))

    asks(rows, Incidents(status(3, "Платежи"), rows, meanwhile=over))

    assert known(rows) == []


def test_after_a_backup_was_brought_back_what_incidents_says_now_is_believed(rows: Rows) -> None:
    hear(rows, event(IncidentDeclared, status(9, "Платежи")))

    asks(rows, Incidents(status(2), rows))

    assert known(rows) == []


def of_app(version: int, **parts: Any) -> TicketFacts:
    return ticket(source=Source.APP).model_copy(update={"version": version, **parts})


def can_be_linked(rows: Rows, asked: TicketFacts) -> bool:
    """Whether the notice of a user's message offers to."""
    hear(rows, made(UserMessageAdded, asked.version, ticket=asked, message=message()))
    return '"lt:42"' in (rows.all()[-1].buttons or "")


@pytest.fixture
def in_trouble(rows: Rows) -> Rows:
    rows.knows_agents(ANNA)
    hear(rows, event(IncidentDeclared, status(1, "Платежи")))
    return rows


def test_what_is_about_an_incident_is_not_offered_to_be_linked_until_it_is_about_none(
    in_trouble: Rows,
) -> None:
    assert can_be_linked(in_trouble, of_app(1))

    hear(in_trouble, linked(of_app(3)))
    assert not can_be_linked(in_trouble, of_app(4))

    hear(in_trouble, unlinked(ticket=of_app(6)))
    assert can_be_linked(in_trouble, of_app(7))
    hear(in_trouble, linked(of_app(5)))
    assert can_be_linked(in_trouble, of_app(8))


def test_a_ticket_of_the_app_that_was_never_linked_is_not_kept(in_trouble: Rows) -> None:
    hear(in_trouble, made(UserMessageAdded, ticket=of_app(1), message=message()))
    hear(in_trouble, made(TicketResolved, 2, ticket=of_app(2), agent=AGENT))

    assert kept(in_trouble) == []


def test_a_linked_ticket_of_the_app_is_no_chat_and_is_forgotten_some_time_after_it_was_closed(
    in_trouble: Rows,
) -> None:
    hear(in_trouble, linked(of_app(3)))
    assert [one.chat_id for one in kept(in_trouble)] == [THE_APP]

    hear(in_trouble, made(TicketClosed, 4, ticket=of_app(4, status=TicketStatus.CLOSED)))
    in_trouble.clock.advance(days=31)
    with in_trouble.store.writing() as session:
        memory.forget_old(session, in_trouble.clock.now())

    assert kept(in_trouble) == []


def kept(rows: Rows) -> list[KnownRequest]:
    with rows.store.reading() as session:
        return list(session.scalars(select(KnownRequest)))
