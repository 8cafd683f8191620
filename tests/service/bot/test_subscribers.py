"""News comes once to one chat: who has a request about the incident is told through that."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from contracts.errors import IncidentAlreadyResolved
from contracts.event import Event, Receipt
from contracts.incidents import (
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentView,
    IncidentWithdrawn,
    JoinIncident,
    UpdateView,
)
from contracts.own_sentences import MONITORING, REOPENED
from contracts.tickets import (
    AgentView,
    IncidentTold,
    LinkedIncident,
    TicketClosed,
    TicketLinked,
    TicketMerged,
    TicketResolved,
    UserMessageAdded,
)
from contracts.vocabulary import AuthorKind, IncidentStatus, Source, TicketStatus
from services.bot import memory
from services.bot.asking import Ask
from services.bot.commands import following
from services.bot.models import Subscriber
from services.bot.queries import ALL
from services.bot.receiving.parsing import Deed, Incoming, Who
from tests.support.bot_events import INCIDENT, STATUS, hear, made
from tests.support.bot_rows import IVAN, LANGUAGES, NOON, Rows, message, ticket

OLGA, MARY = 9002, 9003
RU, EN = LANGUAGES.of("ru"), LANGUAGES.of("en")
AGENT = AgentView(id="tg:501", name="Анна", telegram_id=501)
OVER = INCIDENT.model_copy(update={"status": IncidentStatus.RESOLVED})


@pytest.fixture
def listeners(rows: Rows) -> Rows:
    """Ivan and Olga have subscribed to all incidents; only Ivan writes tickets."""
    with rows.store.writing() as session:
        for chat_id in (IVAN, OLGA):
            memory.subscribe(session, chat_id, ALL, "ru")
    return rows


def asked(version: int, status: TicketStatus, **parts: Any) -> Any:
    return ticket(**parts).model_copy(update={"version": version, "status": status})


def linked(
    version: int = 2, incident_id: int = INCIDENT.id, status: TicketStatus = TicketStatus.OPEN
) -> Event:
    return made(
        TicketLinked,
        version,
        ticket=asked(version, status),
        incident=LinkedIncident(id=incident_id, title="Сбой"),
        incident_status=IncidentStatus.IDENTIFIED,
    )


def resolved(version: int) -> Event:
    return made(TicketResolved, version, ticket=asked(version, TicketStatus.RESOLVED), agent=AGENT)


def ended(version: int, **parts: Any) -> Event:
    """The end of the incident has resolved it."""
    now = asked(version, TicketStatus.RESOLVED).model_copy(update={"resolved_with_incident": True})
    about = LinkedIncident(id=INCIDENT.id, title="Сбой")
    return made(TicketResolved, version, ticket=now, agent=AGENT, incident=about, **parts)


def returned(version: int) -> Event:
    """Its requester is told that the incident is back, a moment before it is open again."""
    now = asked(version, TicketStatus.RESOLVED).model_copy(update={"resolved_with_incident": True})
    return made(
        IncidentTold,
        version,
        ticket=now,
        incident=LinkedIncident(id=INCIDENT.id, title="Сбой"),
        incident_status=IncidentStatus.INVESTIGATING,
        message=message(kind=AuthorKind.SYSTEM),
    )


def closed(version: int) -> Event:
    return made(TicketClosed, version, ticket=asked(version, TicketStatus.CLOSED))


def written(version: int) -> Event:
    now = asked(version, TicketStatus.OPEN)
    return made(UserMessageAdded, version, ticket=now, message=message(), reopened=True)


def words(*statuses: IncidentStatus) -> list[UpdateView]:
    return [UpdateView(status=status, message="Слово", created_at=NOON) for status in statuses]


BACK = INCIDENT.model_copy(
    update={"updates": words(IncidentStatus.RESOLVED, IncidentStatus.INVESTIGATING)}
)
INCIDENTS = {IncidentResolved: OVER, IncidentReopened: BACK}


def told(rows: Rows, kind: type[Event], incident: IncidentView | None = None) -> list[int]:
    """The chats that the next news of this kind goes to."""
    before = len(rows.all())
    incident = incident or INCIDENTS.get(kind, INCIDENT)
    hear(rows, made(kind, before + 1, incident=incident, status=STATUS))
    return sorted(row.chat_id for row in rows.all()[before:])


@pytest.mark.parametrize("kind", [IncidentUpdated, IncidentReopened, IncidentResolved])
def test_who_has_an_open_request_about_it_is_told_through_that(
    listeners: Rows, kind: type[Event]
) -> None:
    hear(listeners, linked())

    assert told(listeners, kind) == [OLGA]


def test_what_tickets_keeps_to_itself_is_told_to_all(listeners: Rows) -> None:
    hear(listeners, linked())

    assert told(listeners, IncidentWithdrawn) == [IVAN, OLGA]


def test_of_an_end_that_comes_while_somebody_says_to_have_it_too_they_are_told(rows: Rows) -> None:
    class Ending:
        def join_incident(self, _: JoinIncident) -> Receipt[IncidentView]:
            hear(rows, made(IncidentResolved, 2, incident=OVER, status=STATUS))
            return Receipt(result=INCIDENT)

    asyncio.run(following.press_join(pressed(rows, Ending(), str(INCIDENT.id))))

    assert [told.chat_id for told in rows.all()] == [IVAN]


def test_who_says_to_have_it_too_when_it_is_over_follows_nothing(rows: Rows) -> None:
    class Over:
        def join_incident(self, _: JoinIncident) -> Receipt[IncidentView]:
            raise IncidentAlreadyResolved("over")

    with pytest.raises(IncidentAlreadyResolved):
        asyncio.run(following.press_join(pressed(rows, Over(), str(INCIDENT.id))))

    with rows.store.reading() as session:
        (follower,) = session.scalars(select(Subscriber))
    assert follower.over_since == NOON


def pressed(rows: Rows, incidents: Any, argument: str) -> Ask:
    """Ivan presses a button."""
    office = SimpleNamespace(store=rows.store, incidents=incidents)
    who = Who(IVAN, "Иван", "ru")
    incoming = Incoming(Deed.PRESSED, who, IVAN, True, 7, callback_id="press-1")
    return Ask(cast(Any, office), incoming, RU, None, NOON, NOON, 1, 1, NOON, argument=argument)


def test_a_resolved_request_brings_only_the_end(listeners: Rows) -> None:
    hear(listeners, linked())
    hear(listeners, resolved(3))

    assert told(listeners, IncidentUpdated) == [IVAN, OLGA]
    assert told(listeners, IncidentResolved) == [OLGA]


def test_a_resolved_request_brings_no_word_of_a_step_back_before_the_end(
    listeners: Rows,
) -> None:
    for event in (linked(), resolved(3)):
        hear(listeners, event)
    steps = words(IncidentStatus.MONITORING, IncidentStatus.INVESTIGATING)
    incident = INCIDENT.model_copy(update={"updates": steps})

    assert told(listeners, IncidentReopened, incident) == [IVAN, OLGA]


def test_a_late_word_of_the_time_when_it_was_over_makes_no_return(listeners: Rows) -> None:
    for event in (linked(), resolved(3)):
        hear(listeners, event)
    watched, late, again = words(
        IncidentStatus.MONITORING, IncidentStatus.RESOLVED, IncidentStatus.INVESTIGATING
    )
    late = late.model_copy(update={"display_at": NOON})
    incident = INCIDENT.model_copy(update={"updates": [watched, late, again]})

    assert told(listeners, IncidentReopened, incident) == [IVAN, OLGA]


def test_news_tells_the_word_that_was_said_last_whatever_its_time(listeners: Rows) -> None:
    early, late = words(IncidentStatus.MONITORING, IncidentStatus.IDENTIFIED)
    late = late.model_copy(update={"message": "Последнее", "created_at": NOON - timedelta(hours=1)})
    incident = INCIDENT.model_copy(update={"updates": [early, late]})

    told(listeners, IncidentUpdated, incident)

    assert all("Последнее" in row.text for row in listeners.all())


def test_what_the_desk_says_by_itself_is_told_in_each_language(listeners: Rows) -> None:
    with listeners.store.writing() as session:
        memory.subscribe(session, MARY, ALL, "en")
    own = UpdateView(
        status=IncidentStatus.MONITORING, message=RU.public(MONITORING), created_at=NOON
    )
    incident = INCIDENT.model_copy(update={"updates": [own]})
    told = made(IncidentUpdated, 1, incident=incident, status=STATUS)

    hear(listeners, told)

    texts = {row.chat_id: row.text for row in listeners.all()}
    assert RU.public(MONITORING) in texts[OLGA]
    assert EN.public(MONITORING) in texts[MARY]
    assert RU.public(MONITORING) not in texts[MARY]


def test_so_is_what_a_request_brings(listeners: Rows) -> None:
    mary = asked(2, TicketStatus.OPEN)
    mary = mary.model_copy(
        update={"requester": mary.requester.model_copy(update={"locale": "en-GB"})}
    )
    news = message(RU.public(REOPENED), kind=AuthorKind.SYSTEM)

    hear(listeners, returned(2).model_copy(update={"ticket": mary, "message": news}))

    (row,) = listeners.all()
    assert EN.public(REOPENED) in row.text
    assert RU.public(REOPENED) not in row.text


@pytest.mark.parametrize(
    "heard",
    [
        [ended(4)],
        [ended(4), returned(5)],
        [returned(5)],
        [returned(5), ended(4)],
        [],
    ],
    ids=["the end", "the end and the return", "the return", "the return first", "nothing yet"],
)
def test_a_request_that_the_end_resolved_brings_news_as_soon_as_the_incident_is_back(
    listeners: Rows, heard: list[Event]
) -> None:
    for event in (linked(), *heard):
        hear(listeners, event)
    assert told(listeners, IncidentReopened) == [OLGA]

    assert told(listeners, IncidentUpdated) == [OLGA]


def test_a_request_resolved_by_hand_after_the_return_brings_no_updates(listeners: Rows) -> None:
    for event in (linked(), ended(4), returned(5), resolved(7)):
        hear(listeners, event)

    assert told(listeners, IncidentUpdated) == [IVAN, OLGA]


@pytest.mark.parametrize("kind", [IncidentUpdated, IncidentResolved])
def test_a_closed_request_brings_nothing_any_more(listeners: Rows, kind: type[Event]) -> None:
    hear(listeners, linked())
    hear(listeners, closed(4))

    assert told(listeners, kind) == [IVAN, OLGA]


def test_a_request_that_went_on_in_another_brings_nothing_any_more(listeners: Rows) -> None:
    hear(listeners, linked())
    source, into = asked(3, TicketStatus.CLOSED), ticket(40)

    hear(listeners, made(TicketMerged, 1, ticket=into, source=source, agent=AGENT))

    assert told(listeners, IncidentUpdated) == [IVAN, OLGA]


def test_a_request_that_was_reopened_brings_news_again(listeners: Rows) -> None:
    for event in (linked(), resolved(3), written(4)):
        hear(listeners, event)

    assert told(listeners, IncidentUpdated) == [OLGA]


def test_what_is_heard_late_changes_nothing(listeners: Rows) -> None:
    for event in (written(4), resolved(3), linked(2)):
        hear(listeners, event)

    assert told(listeners, IncidentUpdated) == [OLGA]


def test_a_request_about_another_incident_brings_no_news_of_this_one(listeners: Rows) -> None:
    for event in (linked(3, incident_id=INCIDENT.id + 1), linked(2)):
        hear(listeners, event)

    assert told(listeners, IncidentUpdated) == [IVAN, OLGA]


def test_a_request_in_the_app_brings_news_there(listeners: Rows) -> None:
    in_app = asked(2, TicketStatus.OPEN, source=Source.APP)

    hear(listeners, linked().model_copy(update={"ticket": in_app}))

    assert told(listeners, IncidentUpdated) == [IVAN, OLGA]
