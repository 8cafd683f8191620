"""Who is told: on duty or not, in quiet hours or not, in the group or in private."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from contracts.event import Event
from contracts.incidents import IncidentDeclared
from contracts.sla import SlaBreached, SlaWarned, SlaWarningClimbed
from contracts.tickets import (
    AnswerRefused,
    LinkedIncident,
    TicketAnswered,
    TicketAssigned,
    TicketMerged,
    TicketNoted,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    UserMessageAdded,
)
from contracts.vocabulary import Escalation, Priority, TicketStatus
from services.bot import alarms
from services.bot.group import agents_group
from services.bot.hours import QuietHours
from services.bot.letters import Letter
from services.bot.markup import Html
from services.bot.sending.outbox import FOLDED, REFUSED
from services.bot.sending.telegram_outcomes import Moved, Refused, TopicGone, TopicsRefused
from services.bot.telling import agent_hours
from services.bot.telling.telling_agents import said_key
from tests.support.bot_events import AGENT, EVENTS, cycle, edited, hear, made
from tests.support.bot_rows import ANNA, BORIS, IVAN, FewWords, Rows, message, ticket

GROUP = -1_000_000_000_777
NIGHT = QuietHours(time(22), time(8))
ZONE = ZoneInfo("Europe/Moscow")


@pytest.fixture(autouse=True)
def agents(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)


def duty(rows: Rows, telegram_id: int, *, is_on_duty: bool) -> None:
    with rows.store.writing() as session:
        agent_hours.set_duty(session, telegram_id, is_on_duty=is_on_duty)


def quiet(rows: Rows, telegram_id: int, hours: QuietHours | None) -> None:
    with rows.store.writing() as session:
        agent_hours.set_quiet(session, telegram_id, hours)


def opened(priority: Priority = Priority.P2, number: int = 42) -> TicketOpened:
    event = made(TicketOpened, ticket=ticket(number, priority=priority), message=message())
    assert isinstance(event, TicketOpened)
    return event


def told(rows: Rows) -> list[int]:
    return [row.chat_id for row in rows.all()]


def test_whoever_is_off_duty_is_told_nothing_that_others_can_do(rows: Rows) -> None:
    duty(rows, BORIS, is_on_duty=False)

    hear(rows, opened())

    assert told(rows) == [ANNA]


def test_when_nobody_is_on_duty_all_are_told(rows: Rows) -> None:
    duty(rows, ANNA, is_on_duty=False)
    duty(rows, BORIS, is_on_duty=False)

    hear(rows, opened())

    assert told(rows) == [ANNA, BORIS]


def test_off_duty_a_p0_an_incident_and_the_breach_of_ones_own_ticket_come_all_the_same(
    rows: Rows,
) -> None:
    duty(rows, BORIS, is_on_duty=False)

    hear(rows, opened(Priority.P0))
    hear(rows, EVENTS[IncidentDeclared])
    hear(rows, cycle(SlaBreached, 3, assignee=BORIS))

    assert told(rows) == [ANNA, BORIS] * 3


def test_a_message_to_an_agent_who_is_off_duty_goes_to_those_who_are_not(rows: Rows) -> None:
    duty(rows, BORIS, is_on_duty=False)

    hear(rows, made(UserMessageAdded, ticket=ticket(assignee=BORIS), message=message()))
    hear(rows, cycle(SlaWarned, 2, assignee=BORIS, threshold=0.8))

    assert told(rows) == [ANNA, ANNA]


def test_in_quiet_hours_notices_wait_for_their_end_and_p0_and_incidents_do_not(rows: Rows) -> None:
    rows.clock.instant = datetime(2026, 3, 2, 23, tzinfo=ZONE)
    morning = datetime(2026, 3, 3, 8, tzinfo=ZONE)
    quiet(rows, ANNA, NIGHT)

    hear(rows, opened())
    hear(rows, opened(Priority.P0))
    hear(rows, EVENTS[IncidentDeclared])

    waits: dict[int, list[datetime | None]] = {ANNA: [], BORIS: []}
    for row in rows.all():
        waits[row.chat_id].append(row.not_before)
    assert waits == {ANNA: [morning, None, None], BORIS: [None, None, None]}


def test_what_waits_for_the_morning_holds_nothing_up_and_comes_then_as_a_digest(
    rows: Rows,
) -> None:
    rows.clock.instant = datetime(2026, 3, 2, 23, tzinfo=ZONE)
    quiet(rows, ANNA, NIGHT)
    rows.knows_agents(ANNA)
    for number in range(7):
        hear(rows, opened(number=40 + number))
    rows.post(Letter(ANNA, Html("что спросили")))
    telegram = FewWords()

    rows.sends(telegram, lambda: len(telegram.sent) == 1)
    assert [one.text for one in telegram.sent] == ["что спросили"]
    rows.clock.advance(hours=9)
    rows.sends(telegram, rows.all_settled)

    assert len(telegram.sent) == 2
    assert "Накопилось 7 уведомлений" in telegram.sent[1].text


def test_without_quiet_hours_what_waited_comes_at_once(rows: Rows) -> None:
    rows.clock.instant = datetime(2026, 3, 2, 23, tzinfo=ZONE)
    quiet(rows, ANNA, NIGHT)
    hear(rows, opened())

    quiet(rows, ANNA, None)

    assert all(row.not_before is None for row in rows.all())


def test_with_a_group_what_goes_to_all_is_said_there_once(rows: Rows) -> None:
    hear(rows, opened(), group_id=GROUP)
    hear(rows, opened(Priority.P0), group_id=GROUP)
    hear(rows, EVENTS[IncidentDeclared], group_id=GROUP)
    hear(rows, cycle(SlaBreached, 3), group_id=GROUP)

    assert told(rows) == [GROUP] * 4


def test_with_a_group_what_concerns_an_agent_still_goes_to_them(rows: Rows) -> None:
    asked = made(UserMessageAdded, ticket=ticket(assignee=BORIS), message=message())

    hear(rows, asked, group_id=GROUP)
    hear(rows, cycle(SlaBreached, 3, assignee=BORIS), group_id=GROUP)

    assert told(rows) == [BORIS, GROUP, GROUP, BORIS]


OF_BORIS = ticket(assignee=BORIS)


@pytest.mark.parametrize("is_forum", [False, True])
@pytest.mark.parametrize(
    ("event", "in_private"),
    [
        (made(UserMessageAdded, ticket=OF_BORIS, message=message()), [BORIS]),
        (edited("Помогите!", assignee=OF_BORIS.assignee), [BORIS]),
        (made(AnswerRefused, ticket=OF_BORIS, message_id=7, refusal="blocked"), [BORIS]),
        (cycle(SlaWarned, 2, assignee=BORIS, threshold=0.8), [BORIS]),
        (EVENTS[TicketNoted], [BORIS]),
        (made(TicketNoted, ticket=ticket(), message=message(), agent=AGENT), []),
        (EVENTS[TicketAssigned], [BORIS]),
        (made(TicketAssigned, ticket=ticket(), agent=AGENT, former=OF_BORIS.assignee), [BORIS]),
        (EVENTS[TicketAnswered], [IVAN]),
    ],
    ids=lambda one: one.type if isinstance(one, Event) else "",
)
def test_the_group_hears_whatever_is_told_of_a_ticket_once(
    rows: Rows, event: Event, in_private: list[int], *, is_forum: bool
) -> None:
    group(rows, is_forum=is_forum)

    hear(rows, event, group_id=GROUP)

    assert sorted(told(rows)) == sorted([GROUP, *in_private])
    (heard,) = [row for row in rows.all() if row.chat_id == GROUP]
    assert (heard.ticket_id, heard.stands_for) == (42, None)
    assert heard.summary is not None
    assert " ваш" not in heard.text


def test_whoever_takes_what_nobody_had_is_told_by_their_own_card_alone(rows: Rows) -> None:
    anna = AGENT.model_copy(update={"telegram_id": ANNA})
    taken = ticket().model_copy(update={"assignee": anna})

    hear(rows, made(TicketAssigned, ticket=taken, agent=AGENT), group_id=GROUP)

    assert rows.all() == []


def test_a_lead_is_warned_in_private_and_the_group_as_well(rows: Rows) -> None:
    climbed = cycle(SlaWarningClimbed, 3, level=Escalation.LEAD, assignee=BORIS)

    hear(rows, climbed, (ANNA,), group_id=GROUP)

    assert told(rows) == [ANNA, GROUP]


def group(rows: Rows, *, is_forum: bool) -> None:
    with rows.store.writing() as session:
        agents_group.group_row(session, GROUP).is_forum = is_forum


def test_what_the_group_refuses_is_told_to_the_agents_and_how_to_mend_it_once(rows: Rows) -> None:
    hear(rows, opened(), group_id=GROUP)
    hear(rows, opened(), group_id=GROUP)
    telegram = FewWords(Refused("Forbidden: bot was kicked from the group chat", is_dead=True))

    rows.sends(telegram, rows.all_settled, group_id=GROUP)
    hear(rows, opened(), group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    for agent in (ANNA, BORIS):
        texts = [one.text for one in telegram.sent if one.chat_id == agent]
        assert len([one for one in texts if "Новый тикет" in one]) == 3
        assert len([one for one in texts if "SUPPORT_AGENTS_CHAT_ID" in one]) == 1
    assert len([one for one in telegram.sent if one.chat_id == GROUP]) == 1
    states = sorted(row.state for row in rows.all() if row.chat_id == GROUP)
    assert states == [FOLDED, REFUSED]


def test_a_group_that_has_moved_is_followed(rows: Rows) -> None:
    hear(rows, opened(), group_id=GROUP)
    telegram = FewWords(Moved(GROUP - 1))

    rows.sends(telegram, rows.all_settled, group_id=GROUP)
    hear(rows, opened(), group_id=GROUP)

    assert rows.all()[-1].chat_id == GROUP - 1
    assert any(str(GROUP - 1) in one.text for one in telegram.sent)


def test_in_a_forum_each_ticket_has_a_topic_that_is_made_once(rows: Rows) -> None:
    group(rows, is_forum=True)
    telegram = FewWords()

    hear(rows, opened(), group_id=GROUP)
    hear(rows, made(UserMessageAdded, ticket=ticket(), message=message()), group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    assert telegram.topics == [(GROUP, "#42 Не проходит <оплата>")]
    assert [one.thread_id for one in telegram.sent] == [7001, 7001]


def test_a_topic_is_closed_with_its_ticket_and_opened_again_with_it(rows: Rows) -> None:
    group(rows, is_forum=True)
    telegram = FewWords()
    hear(rows, opened(), group_id=GROUP)
    hear(rows, EVENTS[TicketResolved], group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    again = made(UserMessageAdded, 3, ticket=ticket(), message=message(), reopened=True)
    hear(rows, again, group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    assert telegram.turned == [(GROUP, 7001, True), (GROUP, 7001, False)]


@pytest.mark.parametrize("is_late", [True, False])
def test_a_topic_is_open_again_with_the_incident_that_is_back(rows: Rows, is_late: bool) -> None:
    group(rows, is_forum=True)
    telegram = FewWords()
    facts = ticket().model_copy(update={"version": 3})
    resolved = EVENTS[TicketResolved]
    back = made(TicketReopened, 3, ticket=facts, incident=LinkedIncident(id=3, title="Платежи"))
    hear(rows, opened(), group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    for event in (back, resolved) if is_late else (resolved, back):
        hear(rows, event, group_id=GROUP)
        rows.sends(telegram, rows.all_settled, group_id=GROUP)

    assert telegram.turned == ([] if is_late else [(GROUP, 7001, True), (GROUP, 7001, False)])


@pytest.mark.parametrize("status", [TicketStatus.IN_PROGRESS, TicketStatus.RESOLVED])
def test_a_merge_closes_the_topic_of_the_one_and_opens_that_of_the_other_if_it_goes_on(
    rows: Rows, status: TicketStatus
) -> None:
    group(rows, is_forum=True)
    telegram = FewWords()
    for asked in (ticket(42), ticket(40)):
        hear(rows, made(TicketOpened, ticket=asked, message=message()), group_id=GROUP)
    hear(rows, made(TicketResolved, ticket=ticket(40), agent=AGENT), group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)
    survivor = ticket(40).model_copy(update={"version": 2, "status": status})

    hear(rows, made(TicketMerged, ticket=survivor, source=ticket(42), agent=AGENT), group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    goes_on = [] if status is TicketStatus.RESOLVED else [(GROUP, 7002, False)]
    assert telegram.turned == [(GROUP, 7002, True), (GROUP, 7001, True), *goes_on]


def test_topics_that_are_refused_are_done_without_and_told_once_how_to_get(rows: Rows) -> None:
    group(rows, is_forum=True)

    class NoTopics(FewWords):
        async def open_topic(self, chat_id: int, name: str) -> TopicsRefused:
            return TopicsRefused("Bad Request: not enough rights to create a topic")

    telegram = NoTopics()
    hear(rows, opened(), group_id=GROUP)
    hear(rows, opened(), group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    assert {one.thread_id for one in telegram.sent} == {None}
    assert len([one for one in telegram.sent if "администратором" in one.text]) == 1
    assert len([one for one in telegram.sent if "Новый тикет" in one.text]) == 2


def test_a_topic_that_somebody_deleted_is_made_again(rows: Rows) -> None:
    group(rows, is_forum=True)
    telegram = FewWords(TopicGone())

    hear(rows, opened(), group_id=GROUP)
    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    assert len(telegram.topics) == 2
    assert telegram.sent[-1].thread_id == 7002


def test_in_a_forum_a_colleagues_answer_is_in_the_topic_unless_it_was_given_there(
    rows: Rows,
) -> None:
    group(rows, is_forum=True)
    answered = EVENTS[TicketAnswered]
    assert isinstance(answered, TicketAnswered)

    hear(rows, answered, group_id=GROUP)
    (shown,) = [row for row in rows.all() if row.chat_id == GROUP]
    with rows.store.writing() as session:
        key = f"{said_key(answered.message.id)}:{GROUP}"
        alarms.confirmed(key, GROUP, 1, rows.clock.now())(session)

    assert "Анна отвечает" in shown.text
    assert shown.not_before is not None
    assert shown.not_before > rows.clock.now()
    (folded,) = [row for row in rows.all() if row.chat_id == GROUP]
    assert folded.state == FOLDED
