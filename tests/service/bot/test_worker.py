"""The worker with neighbours of few words: what it does when they fall silent half-way."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, cast

import pytest
from sqlalchemy import select
from telegram import Update

from contracts.errors import (
    AgentNotFound,
    ContractError,
    TicketClosed,
    TicketNotFound,
    Unavailable,
)
from contracts.event import Receipt
from contracts.incidents import IncidentDeclared
from contracts.sla import UrgentCycles
from contracts.tickets import (
    AddedMessage,
    AddUserMessage,
    AgentView,
    AnswerTicket,
    EditedMessage,
    EditUserMessage,
    KeptFile,
    ListTickets,
    MessageView,
    OpenTicket,
    TicketPage,
    TicketSummary,
    TicketView,
)
from contracts.vocabulary import Delivery
from services.bot import memory
from services.bot.asking import Office
from services.bot.files.sent_files import Lost, SentFile
from services.bot.models import StoredUpdate
from services.bot.receiving.update_store import UpdateStore
from services.bot.receiving.worker import Worker
from services.bot.roster import Roster
from services.bot.sending.outbox import WAITING, read_buttons
from services.bot.settings import Settings
from tests.support.bot_events import INCIDENT, STATUS, hear, made
from tests.support.bot_rows import ANNA, DESK, IVAN, LANGUAGES, NOON, Rows, message, ticket

FIRST = {"date": 0, "chat": {"id": IVAN, "type": "private"}}
"""Of a message that is replied to."""


class Neighbours:
    """tickets, as far as these tests need it: commands are carried out once per id."""

    def __init__(self) -> None:
        self.opened: dict[str, OpenTicket] = {}
        self.added: dict[str, AddUserMessage] = {}
        self.answered: dict[str, AnswerTicket] = {}
        self.edited: dict[str, EditUserMessage] = {}
        self.state: dict[str, Any] = {}
        self.closed: dict[int, ContractError] = {}
        self.silent_after_work = 0
        self.is_silent = False

    def find_agent(self, telegram_id: int) -> AgentView:
        if telegram_id != ANNA:
            raise AgentNotFound("no")
        return AgentView(id=f"tg:{ANNA}", name="Анна", telegram_id=ANNA)

    def open_ticket(self, command: OpenTicket) -> Receipt[TicketView]:
        self.opened[command.command_id] = command
        self._answer()
        return Receipt(result=self._ticket(len(self.opened)))

    def get_ticket(self, _ticket_id: int, _requester_id: str | None = None) -> TicketView:
        self._answer()
        return self._ticket(1)

    def add_user_message(self, command: AddUserMessage) -> Receipt[AddedMessage]:
        if command.ticket_id in self.closed:
            raise self.closed[command.ticket_id]
        self.added[command.command_id] = command
        self._answer()
        return Receipt(result=AddedMessage(**dict(message(command.body))))

    def edit_user_message(self, command: EditUserMessage) -> Receipt[EditedMessage]:
        self.edited[command.command_id] = command
        edited = EditedMessage(message=message(), is_unanswered=True, is_changed=True)
        return Receipt(result=edited)

    def answer_ticket(self, command: AnswerTicket) -> Receipt[MessageView]:
        self.answered[command.command_id] = command
        told = message(command.body).model_copy(update={"delivery": Delivery.DELIVERED})
        return Receipt(result=told)

    def list_tickets(self, _query: ListTickets) -> TicketPage:
        self._answer()
        found = [
            TicketSummary(**dict(ticket(number)), last_message_at=NOON, unread=0)
            for number in range(1, len(self.opened) + 1)
        ]
        return TicketPage(results=found)

    def _answer(self) -> None:
        """The work is done, but does the caller hear of it?"""
        if self.is_silent:
            raise Unavailable("silent")
        if self.opened and self.silent_after_work:
            self.silent_after_work -= 1
            raise Unavailable("the answer was lost")

    def _ticket(self, ticket_id: int) -> TicketView:
        return TicketView(
            **{**dict(ticket(ticket_id)), **self.state},
            last_message_at=NOON,
            unread=0,
            description="x",
            context={},
            messages=[message()],
        )


class Silent:
    """A neighbour who does not answer at once."""

    def list_urgent(self, _limit: int) -> UrgentCycles:
        raise Unavailable("silent")


class Shelf:
    """Telegram's files and the desk's store in one: takes everything, unless told otherwise."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.lost: dict[str, str] = {}
        self.is_away = False

    def turn(self, *, of_agent: bool) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def take_in(self, file: SentFile) -> KeptFile | Lost:
        if self.is_away:
            raise Unavailable("away")
        self.taken.append(file.file_id)
        if reason := self.lost.get(file.file_id):
            return Lost(file.name, reason, 20)
        key = f"{len(self.taken):064x}"
        return KeptFile(key=key, media_type="image/jpeg", name=file.name, size=9)


class Bench:
    """A worker over rows, fed with updates by hand."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.tickets = Neighbours()
        tickets = cast(Any, self.tickets)
        self.files = Shelf()
        self.updates = UpdateStore(rows.store, bot_id=1)
        settings = Settings.model_validate({"file": DESK})
        self.office = Office(
            tickets=tickets,
            incidents=cast(Any, None),
            sla=cast(Any, Silent()),
            quick_sla=cast(Any, None),
            store=rows.store,
            updates=self.updates,
            deliveries=cast(Any, None),
            roster=Roster(rows.store, tickets, []),
            menus=cast(Any, None),
            languages=LANGUAGES,
            settings=settings,
            files=self.files,
        )
        self._ids = iter(range(1, 100))

    def writes(self, person: int, **parts: Any) -> None:
        self._says("message", person, {"date": 0, **parts})

    def edits(self, person: int, message_id: int, **parts: Any) -> None:
        body = {"date": 0, "edit_date": 1, "message_id": message_id, **parts}
        self._says("edited_message", person, body)

    def _says(self, kind: str, person: int, parts: dict[str, Any]) -> None:
        chat = {"id": person, "type": "private"}
        sender = {"id": person, "is_bot": False, "first_name": "Иван", "language_code": "ru"}
        number = next(self._ids)
        body = {"message_id": number, "chat": chat, "from": sender, **parts}
        update = Update.de_json({"update_id": number, kind: body}, None)
        assert update is not None
        self.updates.keep(update)

    def works(self, until: Callable[[], bool]) -> None:
        """Let a worker work, its clock a second on at each look, until something is so."""
        asyncio.run(self._work(until))

    async def _work(self, until: Callable[[], bool]) -> None:
        worker = Worker(self.office, cast(Any, None), 1, "support_bot")
        task = asyncio.create_task(worker.run())
        try:
            async with asyncio.timeout(20):
                while not await asyncio.to_thread(until):
                    self.rows.clock.advance(seconds=1)
                    worker.wake()
                    await asyncio.wait([task], timeout=0.05)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def rows_settled(self) -> bool:
        """Has every update had its effect?"""
        with self.rows.store.reading() as session:
            waiting = select(StoredUpdate).where(StoredUpdate.state == WAITING)
            return session.scalars(waiting).first() is None

    def is_put_off(self) -> bool:
        """Is an update to be tried again?"""
        with self.rows.store.reading() as session:
            put_off = select(StoredUpdate).where(StoredUpdate.next_try_at.is_not(None))
            return session.scalars(put_off).first() is not None

    def said(self, words: str) -> bool:
        return any(words in row.text for row in self.rows.all())


@pytest.fixture
def bench(rows: Rows) -> Bench:
    return Bench(rows)


def test_a_message_handled_again_does_not_continue_the_ticket_it_opened(bench: Bench) -> None:
    bench.tickets.silent_after_work = 1
    bench.writes(IVAN, text="Помогите")

    bench.works(lambda: bench.said("принято"))

    assert [command.description for command in bench.tickets.opened.values()] == ["Помогите"]
    assert bench.tickets.added == {}


@pytest.mark.parametrize(
    ("refusals", "follows"),
    [
        ({1: TicketClosed("closed")}, 1),
        ({1: TicketClosed("closed", {"merged_into": "9"}), 9: TicketClosed("closed")}, 9),
        ({1: TicketNotFound("none")}, None),
    ],
    ids=["closed", "merged into a closed one", "nobody's"],
)
def test_what_is_written_in_a_closed_request_opens_one_that_follows_it(
    bench: Bench, refusals: dict[int, ContractError], follows: int | None
) -> None:
    bench.writes(IVAN, text="Помогите")
    bench.works(lambda: bench.said("принято"))
    bench.tickets.closed = refusals
    bench.writes(IVAN, text="Снова", reply_to_message={"message_id": 1, **FIRST})

    bench.works(lambda: len(bench.tickets.opened) == 2)

    first, again = bench.tickets.opened.values()
    assert (first.follows, again.follows, again.description) == (None, follows, "Снова")


def test_an_agents_wished_request_handled_again_is_one(bench: Bench) -> None:
    bench.tickets.silent_after_work = 1
    with bench.rows.store.writing() as session:
        memory.chat_state(session, ANNA).wants_new_ticket = True
    bench.writes(ANNA, text="Помогите и мне")

    bench.works(lambda: bench.said("принято"))

    (command,) = bench.tickets.opened.values()
    assert (command.requester.id, command.description) == (f"tg:{ANNA}", "Помогите и мне")
    assert len(bench.rows.all()) == 1


def test_a_user_who_has_to_wait_long_is_told_once_and_nothing_is_lost(bench: Bench) -> None:
    bench.tickets.is_silent = True
    bench.writes(IVAN, text="Помогите")

    bench.works(lambda: bench.said("Повторять не нужно"))
    bench.tickets.is_silent = False
    bench.works(lambda: bench.said("принято"))

    assert len(bench.rows.all()) == 2
    assert len(bench.tickets.opened) == 1


def test_what_was_put_off_does_not_wait_for_a_clock_that_was_set_back(bench: Bench) -> None:
    bench.tickets.is_silent = True
    bench.writes(IVAN, text="Помогите")
    bench.works(bench.is_put_off)

    bench.rows.clock.advance(hours=-3)
    bench.works(lambda: bench.said("Повторять не нужно"))
    bench.tickets.is_silent = False
    bench.works(lambda: bench.said("принято"))


def test_an_agent_is_told_at_once_that_a_question_has_no_answer(bench: Bench) -> None:
    bench.tickets.is_silent = True
    bench.writes(ANNA, text="/tickets")

    bench.works(lambda: bench.said("не отвечает"))

    assert len(bench.rows.all()) == 1


@pytest.mark.parametrize("call", ["/tickets", "/my", "/view_42", "/sla"])
def test_what_only_reads_is_not_said_to_be_perhaps_done(bench: Bench, call: str) -> None:
    bench.tickets.is_silent = True
    bench.writes(ANNA, text=call)

    bench.works(lambda: bench.said("показать это не получилось"))

    assert not bench.said("неизвестно")


@pytest.mark.parametrize("name", ["tickets", "my", "sla", "stats", "status"])
def test_a_command_that_nothing_follows_answers_what_follows_it_with_its_usage(
    bench: Bench, name: str
) -> None:
    bench.writes(ANNA, text=f"/{name} 2026-11-01")

    bench.works(lambda: bench.said("ничего не пишут"))

    (row,) = bench.rows.all()
    assert row.text.startswith("После этой команды ничего не пишут.\nКак посмотреть")
    assert f": /{name}" in row.text


@pytest.mark.parametrize("command", ["reply", "note", "close"])
def test_a_text_that_begins_with_a_number_under_a_card_does_not_go_to_another_ticket(
    bench: Bench, command: str
) -> None:
    with bench.rows.store.writing() as session:
        memory.mention(session, ANNA, 7, 42)
    card = {"message_id": 7, "date": 0, "chat": {"id": ANNA, "type": "private"}}

    bench.writes(ANNA, text=f"/{command} 2 дня назад исправили", reply_to_message=card)

    bench.works(lambda: bench.said("Вы отвечаете на сообщение о тикете #42"))
    assert bench.tickets.answered == {}


def test_under_a_card_its_own_number_may_stand(bench: Bench) -> None:
    with bench.rows.store.writing() as session:
        memory.mention(session, ANNA, 7, 42)
    card = {"message_id": 7, "date": 0, "chat": {"id": ANNA, "type": "private"}}

    bench.writes(ANNA, text="/reply 42 Исправили", reply_to_message=card)

    bench.works(bench.rows_settled)
    assert [one.ticket_id for one in bench.tickets.answered.values()] == [42]


def test_a_bug_is_told_and_holds_up_nobody(bench: Bench) -> None:
    bench.writes(ANNA, text="/status")
    bench.writes(ANNA, text="/help")

    bench.works(lambda: bench.said("Тикеты"))

    assert bench.said("сломалось")


def test_whoever_writes_is_told_of_a_known_incident_without_anybody_being_asked(
    bench: Bench,
) -> None:
    hear(bench.rows, made(IncidentDeclared, incident=INCIDENT, status=STATUS))
    bench.writes(IVAN, text="Не проходит оплата")

    bench.works(lambda: bench.said("принято"))

    (told,) = bench.rows.all()
    assert "Мы уже знаем о проблеме «Платежи &lt;стоят&gt;»" in told.text
    assert "У меня то же" in str(read_buttons(told.buttons))
