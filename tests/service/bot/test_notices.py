"""Every event the bot hears: delivered once, twice, and before its cause."""

from typing import Any

import pytest

from contracts.incidents import (
    IncidentDeclared,
    IncidentResolved,
    IncidentWithdrawn,
)
from contracts.tickets import (
    RequesterView,
    TicketAnswered,
    TicketLinked,
    TicketMerged,
    TicketOpened,
    UserMessageAdded,
)
from contracts.vocabulary import (
    IncidentNotice,
    IncidentStatus,
    Source,
)
from services.bot import alarms
from services.bot.letters import Letter, Rank
from services.bot.markup import Html
from services.bot.models import OutgoingMessage
from services.bot.sending.outbox import FOLDED, REFUSED, SENDING, SENT, WAITING, post
from services.bot.subscriptions import SUBSCRIPTIONS
from tests.support.bot_events import (
    AGENT,
    EVENTS,
    INCIDENT,
    UNTOLD,
    about,
    hear,
    linked,
    made,
    silence,
    told_news,
    unlinked,
)
from tests.support.bot_rows import ANNA, BORIS, IVAN, NOON, FewWords, Rows, message, texts, ticket


@pytest.mark.parametrize("subscription", SUBSCRIPTIONS, ids=lambda one: one.handler)
def test_an_event_delivered_twice_is_told_once(rows: Rows, subscription: Any) -> None:
    rows.knows_agents(ANNA, BORIS)
    event = EVENTS[subscription.event]

    hear(rows, event)
    told = len(rows.all())
    hear(rows, event)

    assert told in ({0} if subscription.event in UNTOLD else {1, 2})
    assert len(rows.all()) == told


def test_the_bot_listens_to_what_names_it_as_a_listener() -> None:
    assert all("bot" in subscription.event.heard_by for subscription in SUBSCRIPTIONS)
    assert {subscription.event for subscription in SUBSCRIPTIONS} == set(EVENTS)


def test_a_new_ticket_goes_to_all_with_its_words_escaped(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, EVENTS[TicketOpened])

    assert [row.chat_id for row in rows.all()] == [ANNA, BORIS]
    assert "Не проходит &lt;оплата&gt;" in rows.all()[0].text


def test_a_new_ticket_says_which_closed_one_it_follows(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    after = ticket().model_copy(update={"follows": 40})

    hear(rows, made(TicketOpened, ticket=after, message=message()))

    (row,) = rows.all()
    assert "Новый тикет\n↪️ Продолжение закрытого #40: /view_40" in row.text


def test_a_users_message_goes_to_whoever_has_the_ticket(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, made(UserMessageAdded, ticket=ticket(assignee=BORIS), message=message()))

    assert [row.chat_id for row in rows.all()] == [BORIS]


def test_a_ticket_of_somebody_who_left_goes_to_all(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, made(UserMessageAdded, ticket=ticket(assignee=599), message=message()))

    assert [row.chat_id for row in rows.all()] == [ANNA, BORIS]


def test_an_answer_goes_to_a_telegram_user_and_not_to_one_of_the_app(rows: Rows) -> None:
    answered = EVENTS[TicketAnswered]
    in_app = made(TicketAnswered, ticket=ticket(source=Source.APP), message=message(), agent=AGENT)

    hear(rows, in_app)
    hear(rows, answered)

    (row,) = rows.all()
    assert (row.chat_id, row.answer_id) == (IVAN, 7)
    assert "Чиним" in row.text


@pytest.mark.parametrize(
    ("door", "words"),
    [(Source.TELEGRAM, "Ответ придёт сюда"), (Source.APP, "Ответ появится в приложении")],
)
def test_a_merge_is_told_to_whoever_asked_in_telegram_and_where_the_answer_will_be(
    rows: Rows, door: Source, words: str
) -> None:
    rows.knows_agents(ANNA)

    hear(
        rows,
        made(TicketMerged, ticket=ticket(40, source=door), source=ticket(), agent=AGENT),
    )

    (row,) = rows.all()
    assert (row.chat_id, row.ticket_id) == (IVAN, 40)
    assert "№42 объединено" in row.text
    assert "№40" in row.text
    assert words in row.text


def test_a_merge_of_what_was_asked_in_the_app_is_the_apps_to_tell(rows: Rows) -> None:
    in_app = ticket(source=Source.APP)

    hear(rows, made(TicketMerged, ticket=ticket(40), source=in_app, agent=AGENT))

    assert rows.all() == []


def test_a_merge_is_told_in_the_language_of_whoever_asked(rows: Rows) -> None:
    john = RequesterView(id="tg:77", name="John", telegram_id=77, locale="en")
    asked = ticket().model_copy(update={"requester": john})

    hear(rows, made(TicketMerged, ticket=ticket(40), source=asked, agent=AGENT))

    (row,) = rows.all()
    assert (row.chat_id, row.language) == (77, "en")
    assert "#42 is merged into your request #40" in row.text


def test_a_notice_of_an_incident_goes_to_whoever_asked_and_its_delivery_is_reported(
    rows: Rows,
) -> None:
    rows.knows_agents(ANNA)

    hear(rows, EVENTS[TicketLinked])

    (row,) = rows.all()
    assert (row.chat_id, row.ticket_id, row.answer_id) == (IVAN, 42, 7)
    assert (
        "№42: мы уже знаем об этой проблеме, «Платежи &lt;стоят&gt;». Причина найдена." in row.text
    )


def test_a_notice_of_an_incident_speaks_the_language_of_whoever_asked(rows: Rows) -> None:
    john = RequesterView(id="tg:77", name="John", telegram_id=77, locale="en")

    hear(rows, linked(ticket().model_copy(update={"requester": john})))

    (row,) = rows.all()
    assert (row.chat_id, row.language) == (77, "en")
    assert "#42: we know of this problem already" in row.text


def test_nobody_is_told_of_a_link_who_was_answered_or_reads_it_in_the_app(rows: Rows) -> None:
    rows.knows_agents(ANNA)

    hear(rows, linked(message=None))
    hear(rows, linked(ticket(source=Source.APP)))

    assert rows.all() == []


def test_whoever_waits_hears_that_an_incident_was_declared_by_mistake(rows: Rows) -> None:
    rows.knows_agents(ANNA)

    hear(rows, unlinked())
    hear(rows, unlinked(message=None))
    hear(rows, unlinked(ticket=ticket(source=Source.APP)))

    (row,) = rows.all()
    assert "№42" in row.text
    assert "объявили по ошибке" in row.text
    assert (row.answer_id, row.ticket_id) == (7, 42)


@pytest.mark.parametrize(
    ("notice", "is_back"), [(IncidentNotice.RETURNED, True), (IncidentNotice.NEWS, False)]
)
def test_a_return_is_told_as_one(rows: Rows, notice: IncidentNotice, is_back: bool) -> None:
    hear(rows, told_news(IncidentStatus.INVESTIGATING, notice))

    (row,) = rows.all()
    assert ("ещё не решена" in row.text) == is_back
    assert "Нашли причину" in row.text


def test_a_declaration_heard_after_the_end_is_not_told(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, about(IncidentResolved, 2))

    hear(rows, about(IncidentDeclared, 1))

    (row,) = rows.all()
    assert "завершён" in row.text


def confirm(rows: Rows) -> None:
    """As the worker settles Anna's /incident."""
    key = alarms.alarm_key(INCIDENT, ANNA)
    with rows.store.writing() as session:
        post(session, Letter(ANNA, Html("объявлен")), "update:1:0", NOON)
        alarms.confirmed(key, ANNA, 1, NOON)(session)


def on_their_way(rows: Rows) -> list[tuple[int, str]]:
    return [
        (row.chat_id, "объявлен" if row.text == "объявлен" else "alarm")
        for row in rows.all()
        if row.state == WAITING
    ]


@pytest.mark.parametrize("event_first", [True, False])
def test_whoever_declares_an_incident_is_told_once(rows: Rows, event_first: bool) -> None:
    rows.knows_agents(ANNA, BORIS)

    if event_first:
        hear(rows, EVENTS[IncidentDeclared])
    confirm(rows)
    if not event_first:
        hear(rows, EVENTS[IncidentDeclared])

    assert sorted(on_their_way(rows)) == [(ANNA, "объявлен"), (BORIS, "alarm")]


def test_an_alarm_that_was_sent_becomes_the_confirmation(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, EVENTS[IncidentDeclared])
    with rows.store.writing() as session:
        alarm = session.get_one(OutgoingMessage, rows.all()[0].id)
        alarm.state, alarm.message_id = SENT, 77

    confirm(rows)

    assert [row.edits for row in rows.all() if row.text == "объявлен"] == [77]


@pytest.mark.parametrize(("state", "message_id"), [(SENT, 77), (WAITING, None), (REFUSED, None)])
def test_a_confirmation_waits_to_see_what_has_become_of_an_alarm_in_the_air(
    rows: Rows, state: str, message_id: int | None
) -> None:
    rows.knows_agents(ANNA)
    hear(rows, EVENTS[IncidentDeclared])
    alarm_id = rows.all()[0].id
    with rows.store.writing() as session:
        session.get_one(OutgoingMessage, alarm_id).state = SENDING
    confirm(rows)

    with rows.store.writing() as session:
        alarm = session.get_one(OutgoingMessage, alarm_id)
        alarm.state, alarm.message_id = state, message_id
    telegram = FewWords()
    rows.sends(telegram, lambda: not [one for one in rows.all() if one.state == WAITING])

    assert texts(telegram.sent) == ["объявлен"]
    assert telegram.sent[0].edits == message_id


def test_a_withdrawal_is_told_though_it_adds_no_update(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    confirm(rows)

    hear(rows, about(IncidentWithdrawn, 2))

    assert on_their_way(rows) == [(ANNA, "объявлен"), (ANNA, "alarm")]
    assert FOLDED in {row.state for row in rows.all()}


@pytest.mark.parametrize(
    ("reminder", "declared_by", "told"),
    [
        (1, f"tg:{ANNA}", [ANNA]),
        (2, f"tg:{ANNA}", [ANNA, BORIS]),
        (1, "tg:599", [ANNA, BORIS]),
    ],
)
def test_a_silent_incident_reminds_its_declarer_and_then_everybody(
    rows: Rows, reminder: int, declared_by: str, told: list[int]
) -> None:
    rows.knows_agents(ANNA, BORIS)

    hear(rows, silence(reminder, declared_by))

    assert [row.chat_id for row in rows.all()] == told
    assert {row.rank for row in rows.all()} == {Rank.ALARM}
    assert "Новость обещали до" in rows.all()[0].text
