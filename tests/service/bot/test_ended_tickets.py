"""A ticket at its end, closed by its age or merged, is history: whatever is tried at it is answered
with a sentence that says so, and changes nothing."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from botapi.sights import ChatMessage
from contracts.tickets import TicketView
from contracts.vocabulary import TicketStatus
from tests.support.bot_desk import AGENT_ID, BotDesk
from tests.support.bot_story import forges, press, ticket_in
from tests.support.botapi import TelegramPerson
from tests.support.waiting import wait_until

CLOSED_WITHIN = 90
"""Seconds: tickets looks for outlived ones every minute."""


@dataclass(frozen=True)
class Ended:
    """A ticket at its end, and what was said of it while it lived."""

    id: int
    owner: TelegramPerson
    asked: ChatMessage
    opened: ChatMessage
    card: ChatMessage
    survivor: int | None = None

    @property
    def refusal(self) -> str:
        """What agents read."""
        if self.survivor is None:
            return "Этот тикет закрыт"
        return f"Этот тикет уже объединён с #{self.survivor}, работаем там: /view_{self.survivor}"


def asks(desk: BotDesk, owner: TelegramPerson, text: str) -> Ended:
    asked = owner.says(text)
    opened = owner.receives("принято", after=asked)
    card = desk.agent().receives("Новый тикет", f"#{ticket_in(opened)} ")
    return Ended(ticket_in(opened), owner, asked, opened, card)


@pytest.fixture(scope="module")
def closed(rested: BotDesk) -> Ended:
    """It was resolved eight days ago, and the desk has closed it."""
    anna, ended = rested.agent(), asks(rested, rested.user("Пётр"), "Не пришёл чек")
    anna.receives("решён", after=anna.says(f"/close {ended.id}"))
    ended.owner.receives("решено", "Всё ли", after=ended.opened)
    with sqlite3.connect(f"{rested.environment['SUPPORT_DATA_DIR']}/tickets.sqlite3") as rows:
        age = "UPDATE tickets SET resolved_at = datetime(resolved_at, '-8 days') WHERE id = ?"
        rows.execute(age, (ended.id,))
    wait_until(
        lambda: rested.tickets.get_ticket(ended.id).status == TicketStatus.CLOSED, CLOSED_WITHIN
    )
    return ended


@pytest.fixture(scope="module")
def merged(rested: BotDesk) -> Ended:
    """It goes on in another of the same person."""
    anna, owner = rested.agent(), rested.user("Ольга")
    survivor = asks(rested, owner, "Не открывается урок")
    press(owner, survivor.opened, "Новое обращение")
    owner.receives("Опишите новый вопрос", after=survivor.opened)
    source = asks(rested, owner, "Так и не открывается")
    anna.receives("объединён с", after=anna.says(f"/merge {source.id} {survivor.id}"))
    owner.receives("объединено", after=source.opened)
    return Ended(source.id, owner, source.asked, source.opened, source.card, survivor.id)


@pytest.fixture(scope="module", params=["closed", "merged"])
def ended(request: pytest.FixtureRequest) -> Ended:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Ended)
    return found


@pytest.fixture
def unchanged(desk: BotDesk, ended: Ended) -> Iterator[None]:
    """Whatever the test does, the ticket, and the one it goes on in, stand as before."""
    before = standing(desk, ended)
    yield
    assert standing(desk, ended) == before


def standing(desk: BotDesk, ended: Ended) -> list[TicketView]:
    return [desk.tickets.get_ticket(one) for one in (ended.id, ended.survivor) if one is not None]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "call",
    [
        "/reply {id} Ответ",
        "/canned {id} looking",
        "/close {id}",
        "/close {id} Готово",
        "/note {id} Заметка",
        "/take {id}",
        "/assign {id} me",
        "/assign {id} nobody",
        "/priority {id} P1",
        "/link {id}",
    ],
)
def test_an_agents_command_is_refused(anna: TelegramPerson, ended: Ended, call: str) -> None:
    said = anna.says(call.format(id=ended.id))

    anna.receives(ended.refusal, after=said)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("call", ["/merge {id} {living}", "/merge {living} {id}"])
def test_a_merge_says_which_of_the_two_is_ended(
    desk: BotDesk, anna: TelegramPerson, ended: Ended, call: str
) -> None:
    living = desk.opens_in_app("Живой").id

    said = anna.says(call.format(id=ended.id, living=living))

    goes_on = f"уже объединён с #{ended.survivor}" if ended.survivor else "закрыт, поэтому"
    anna.receives(f"Тикет #{ended.id} {goes_on}", after=said)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "data",
    [
        "t:{id}",
        "s:{id}",
        "p:{id}:1",
        f"at:{{id}}:{AGENT_ID}",
        "at:{id}:0",
        "cs:{id}:1:looking",
        "lt:{id}",
        "r:{id}",
        "no:{id}",
    ],
)
def test_an_agents_button_from_before_is_refused(
    anna: TelegramPerson, ended: Ended, data: str
) -> None:
    answer = forges(anna, ended.card, data.format(id=ended.id))

    assert ended.refusal in answer.text
    assert answer.show_alert


@pytest.mark.usefixtures("unchanged")
def test_a_reply_to_its_card_is_refused(anna: TelegramPerson, ended: Ended) -> None:
    anna.receives(ended.refusal, after=anna.says("Готово", reply_to=ended.card))


@pytest.mark.usefixtures("unchanged")
def test_it_can_be_read(anna: TelegramPerson, ended: Ended) -> None:
    shown = anna.receives(f"#{ended.id} ", after=anna.says(f"/view_{ended.id}"))

    assert [button.text for button in shown.buttons] == ["Почему такой срок"]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("data", ["k:{id}:1", "i:{id}:0", "e:{id}:0", "ns:{id}:0"])
def test_its_owners_button_from_before_is_refused(ended: Ended, data: str) -> None:
    answer = forges(ended.owner, ended.opened, data.format(id=ended.id))

    wanted = "закрыт" if ended.survivor is None else rf"объедин\w+ с [№#]{ended.survivor}\b"
    assert re.search(wanted, answer.text)
    assert answer.show_alert


@pytest.mark.usefixtures("unchanged")
def test_an_edit_by_its_owner_is_not_kept_and_says_so(ended: Ended) -> None:
    last = ended.owner.received()[-1]

    ended.owner.edits(ended.asked, f"Исправлено после {last.id}")

    said = ended.owner.receives(f"Обращение №{ended.id}", "исправление не сохранено", after=last)
    where = "уже закрыто" if ended.survivor is None else f"объединено с №{ended.survivor}"
    assert where in said.text


@pytest.mark.parametrize("data", ["ok:{id}:0", "st:{id}:4"])
def test_a_word_on_how_it_was_solved_leads_to_where_it_goes_on(
    desk: BotDesk, merged: Ended, data: str
) -> None:
    before = standing(desk, merged)

    answer = forges(merged.owner, merged.opened, data.format(id=merged.id))

    assert f"№{merged.id} объединено с №{merged.survivor}" in answer.text
    assert standing(desk, merged) == before


def test_a_closed_one_can_still_be_rated(desk: BotDesk, closed: Ended) -> None:
    forges(closed.owner, closed.opened, f"ok:{closed.id}:0")
    thanked = closed.owner.sees(closed.opened, lambda one: "спасибо" in one.text)

    press(closed.owner, thanked, "4 ★")

    ticket = desk.tickets.get_ticket(closed.id)
    assert (ticket.rating, ticket.status) == (4, TicketStatus.CLOSED)


def test_a_reply_to_a_closed_one_opens_another(desk: BotDesk, closed: Ended) -> None:
    before = standing(desk, closed)

    said = closed.owner.says("Чека всё нет", reply_to=closed.opened)

    answer = closed.owner.receives(f"№{closed.id} уже закрыто", "открыл новое", after=said)
    assert answer.button("Не могу пользоваться") is not None
    newest, *others = sorted(desk.tickets_of(closed.owner), key=lambda one: -one.id)
    assert f"новое: №{newest.id}." in answer.text
    assert [message.body for message in desk.tickets.get_ticket(newest.id).messages] == [
        "Чека всё нет"
    ]
    assert [one.id for one in others] == [closed.id]
    assert standing(desk, closed) == before
