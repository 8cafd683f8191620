"""What an agent answered while the user had blocked the bot goes out when they are back, once each
and in order, and the agents who were told that it was refused are told, once, that it has come."""

from datetime import time

import pytest
from sqlalchemy import func, select

from botapi.sights import ChatMessage
from chassis.storage.tables import InboxRow
from contracts.event import Event
from contracts.tickets import AnswerRefused
from contracts.vocabulary import Delivery
from services.bot import memory
from services.bot.hours import QuietHours
from services.bot.letters import AnswerRef, Letter, Rank
from services.bot.markup import Html
from services.bot.models import OutgoingMessage
from services.bot.returning import note_back
from services.bot.sending.outbox import DROPPED, REFUSED, SENT
from services.bot.sending.telegram_outcomes import Outcome, Refused
from services.bot.telling import agent_hours
from tests.support.bot_desk import BotDesk
from tests.support.bot_events import hear, made
from tests.support.bot_rows import ANNA, BORIS, IVAN, FewWords, Rows, Tickets, texts, ticket
from tests.support.bot_story import ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

BLOCKED = Refused("Forbidden: bot was blocked by the user", is_dead=True)
BACK = "снова на связи"


def answer(body: str, message_id: int, ticket_id: int = 42, rank: Rank = Rank.ANSWER) -> Letter:
    carried = AnswerRef(ticket_id, message_id)
    return Letter(IVAN, Html(body), rank, ticket_id=ticket_id, answer=carried)


def refused(message_id: int, ticket_id: int = 42) -> Event:
    asked = ticket(ticket_id, assignee=ANNA)
    return made(AnswerRefused, ticket=asked, message_id=message_id, refusal=BLOCKED.reason)


def comes_back(rows: Rows) -> None:
    with rows.store.writing() as session:
        note_back(session, IVAN, rows.clock.now())


def sends(rows: Rows, *outcomes: Outcome, tickets: Tickets | None = None) -> list[str]:
    telegram, taken = FewWords(*outcomes), tickets or Tickets()
    rows.sends(telegram, rows.all_settled, taken)
    return texts(telegram.sent)


def of_ivan(rows: Rows) -> list[OutgoingMessage]:
    return [row for row in rows.all() if row.chat_id == IVAN]


def test_they_go_in_order_and_everybody_is_told_once(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)
    tickets = Tickets()
    rows.post(answer("Первый", 7), answer("Второй", 8), answer("О другом", 9, 43))
    sends(rows, BLOCKED, BLOCKED, BLOCKED)
    for message_id, ticket_id in ((7, 42), (8, 42), (9, 43)):
        hear(rows, refused(message_id, ticket_id))
    sends(rows)
    rows.clock.advance(hours=1)

    comes_back(rows)
    comes_back(rows)
    told = sends(rows, tickets=tickets)

    assert told[:3] == ["Первый", "Второй", "О другом"]
    assert [row.state for row in of_ivan(rows)] == [SENT] * 3
    (to_anna,) = [row for row in rows.all() if BACK in row.text]
    assert to_anna.chat_id == ANNA
    assert "доставлены 3 ответа" in to_anna.text
    assert to_anna.text.endswith("/view_42, /view_43")
    sends(rows)
    comes_back(rows)
    assert sends(rows) == []


def test_tickets_is_told_of_both_ends(rows: Rows) -> None:
    tickets = Tickets()
    rows.post(answer("Ответ", 7))
    rows.sends(FewWords(BLOCKED), lambda: len(tickets.told) == 1, tickets)

    comes_back(rows)
    rows.sends(FewWords(), lambda: len(tickets.told) == 2, tickets)

    assert [one.delivered for one in tickets.told] == [False, True]
    assert len({one.command_id for one in tickets.told}) == 2


def test_of_a_long_answer_only_what_is_missing_goes(rows: Rows) -> None:
    rows.post(answer("А" * 3000 + "\n\n" + "Б" * 3000, 7))
    first = FewWords()
    rows.sends(first, lambda: bool(first.sent) and _states(rows)[0] == SENT)
    rest = [text for text in sends(rows, BLOCKED) if text]

    comes_back(rows)

    again = sends(rows)
    assert again == [text for text in rest if text.startswith("Б")] == ["Б" * 3000]


def _states(rows: Rows) -> list[str]:
    return [row.state for row in of_ivan(rows)]


def test_what_was_refused_for_itself_or_to_a_crowd_or_long_ago_stays(rows: Rows) -> None:
    rows.post(answer("Давно", 6))
    sends(rows, BLOCKED)
    rows.clock.advance(seconds=memory.MESSAGES_KEPT.total_seconds())
    rows.post(answer("Ответ", 7), answer("Новости", 8, rank=Rank.BROADCAST))
    sends(rows, Refused("Bad Request: no"), BLOCKED)

    comes_back(rows)

    assert sends(rows) == []
    assert _states(rows) == [REFUSED] * 3


def test_whoever_blocks_again_gets_it_the_next_time(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    rows.post(answer("Первый", 7), answer("Второй", 8))
    sends(rows, BLOCKED, BLOCKED)
    for message_id in (7, 8):
        hear(rows, refused(message_id))
    sends(rows)

    comes_back(rows)
    told = sends(rows, *[BLOCKED] * 2)
    assert told == ["Первый", "Второй"]
    comes_back(rows)
    told = sends(rows)

    assert told[:2] == ["Первый", "Второй"]
    (only,) = [row for row in rows.all() if BACK in row.text]
    assert "доставлены 2 ответа" in only.text


def test_whoever_sleeps_through_both_is_told_of_neither(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    with rows.store.writing() as session:
        agent_hours.set_quiet(session, ANNA, QuietHours(time(0, 0), time(23, 59)))
    rows.post(answer("Ответ", 7))
    sends(rows, BLOCKED)
    hear(rows, refused(7))

    comes_back(rows)
    rows.sends(FewWords(), lambda: _states(rows) == [SENT])

    assert [row.state for row in rows.all() if row.chat_id == ANNA] == [DROPPED]


def test_that_it_was_refused_is_not_told_when_it_has_arrived(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    rows.post(answer("Ответ", 7))
    sends(rows, BLOCKED)
    comes_back(rows)
    sends(rows)

    hear(rows, refused(7))

    assert [row for row in rows.all() if row.chat_id == ANNA] == []


def becomes(desk: BotDesk, ticket_id: int, delivery: Delivery) -> None:
    """Wait until tickets knows it of the only answer."""

    def is_so() -> bool:
        (told,) = [one.delivery for one in desk.tickets.get_ticket(ticket_id).messages[1:2]]
        return told == delivery

    wait_until(is_so, 15, f"the answer is not {delivery}")


def refusals_heard(desk: BotDesk) -> int:
    """How many refusals the bot has heard of from tickets."""
    with desk.rows_of_bot() as database, database.reading() as session:
        heard = select(func.count()).where(InboxRow.handler.contains("tell_refusal"))
        return session.scalar(heard) or 0


def waits_until_told(desk: BotDesk, heard: int) -> None:
    wait_until(lambda: refusals_heard(desk) > heard, 15, "the refusal is not heard of")
    desk.waits_until_all_is_sent()


def refusals(person: TelegramPerson, after: ChatMessage) -> list[str]:
    said = [one.text for one in person.received() if one.id > after.id]
    return [text for text in said if "❌" in text]


def test_whoever_gave_the_answer_is_told_once_that_it_was_refused(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    asked = ticket_in(ivan.receives("принято", after=ivan.says("Не могу войти")))
    heard = refusals_heard(desk)
    ivan.blocks_the_bot()

    said = anna.says(f"/reply {asked} Войдите по ссылке")
    anna.receives(f"Ответ по тикету #{asked} не доставлен", after=said)

    becomes(desk, asked, Delivery.FAILED)
    waits_until_told(desk, heard)
    assert len(refusals(anna, said)) == 1


def test_whoever_gave_it_in_a_group_is_told_there(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson
) -> None:
    asked = ticket_in(ivan.receives("принято", after=ivan.says("Не могу войти")))
    before, group, heard = anna.received()[-1], desk.group_of(anna), refusals_heard(desk)
    ivan.blocks_the_bot()

    desk.telegram.say(anna.id, f"/reply {asked} Войдите по ссылке", chat_id=group)
    desk.telegram.wait_for_message(group, lambda one: "не доставлен" in one.text)
    becomes(desk, asked, Delivery.FAILED)
    waits_until_told(desk, heard)
    assert refusals(anna, before) == []
    ivan.unblocks_the_bot()

    desk.telegram.wait_for_message(group, lambda one: BACK in one.text)


def unblocks(person: TelegramPerson) -> None:
    person.unblocks_the_bot()


def writes(person: TelegramPerson) -> None:
    """Which takes the block away as well."""
    person.says("Я снова здесь")


@pytest.mark.parametrize("returns", [unblocks, writes])
def test_an_answer_comes_after_all(
    desk: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, returns: object
) -> None:
    asked = ticket_in(ivan.receives("принято", after=ivan.says("Не могу войти")))
    ivan.blocks_the_bot()
    said = anna.says(f"/reply {asked} Войдите по ссылке")
    anna.receives("не доставлен", after=said)
    becomes(desk, asked, Delivery.FAILED)

    assert callable(returns)
    returns(ivan)

    ivan.receives("Войдите по ссылке")
    anna.receives(BACK, f"/view_{asked}", after=said)
    becomes(desk, asked, Delivery.DELIVERED)


@pytest.mark.parametrize("point", ["update.after_storing", "sender.before_sending"])
def test_it_comes_once_when_the_bot_dies_on_the_way(
    crashing: BotDesk, anna: TelegramPerson, ivan: TelegramPerson, point: str
) -> None:
    asked = ticket_in(ivan.receives("принято", after=ivan.says("Не могу войти")))
    ivan.blocks_the_bot()
    said = anna.says(f"/reply {asked} Войдите по ссылке")
    anna.receives("не доставлен", after=said)
    becomes(crashing, asked, Delivery.FAILED)
    crashing.waits_until_all_is_sent()
    crashing.bot.stop()
    crashing.bot.start(SUPPORT_CRASH_AT=point)

    ivan.unblocks_the_bot()
    crashing.bot.wait_until_dead()
    crashing.start_bot()

    ivan.receives("Войдите по ссылке")
    becomes(crashing, asked, Delivery.DELIVERED)
    anna.receives(BACK, after=said)
    crashing.waits_until_all_is_sent()
    assert len([one for one in ivan.received() if "Войдите по ссылке" in one.text]) == 1
    assert len([one for one in anna.received() if one.id > said.id and BACK in one.text]) == 1
