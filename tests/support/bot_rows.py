"""The bot's own rows without a process: a store, a Telegram of few words, events made by hand."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from chassis.clock import SetClock
from chassis.files.store import FileStore
from chassis.settings import load
from chassis.storage.store import Store
from contracts.errors import ContractError
from contracts.tickets import AgentView, MessageView, RecordDelivery, RequesterView, TicketFacts
from contracts.tickets.views import AuthorView
from contracts.vocabulary import AuthorKind, Category, Priority, Source, TicketStatus
from services.bot import memory
from services.bot.group.group_keeper import GroupKeeper
from services.bot.group.topics import Topics
from services.bot.letters import SUPPORT_BOT, Edit, Letter
from services.bot.models import OutgoingMessage
from services.bot.queries import known_agents
from services.bot.sending import outbox
from services.bot.sending.deliveries import Deliveries
from services.bot.sending.sender import Sender, SendingGroup
from services.bot.sending.telegram_outcomes import Message, Outcome, Taken
from services.bot.settings import Settings
from services.bot.speech import Languages
from services.bot.telling.audience import Audience

NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA, BORIS, IVAN = 501, 502, 9001
DESK = load(Settings, {"SUPPORT_CONFIG": str(Path(__file__).parents[2] / "support.toml")}).file
LANGUAGES = Languages("ru", DESK)


class FewWords:
    """A Telegram that takes everything, unless it was told what to answer next."""

    def __init__(self, *answers: Outcome) -> None:
        self.sent: list[Message] = []
        self.topics: list[tuple[int, str]] = []
        self.turned: list[tuple[int, int, bool]] = []
        self._answers = list(answers)
        self._reachable = True

    async def send(self, message: Message) -> Outcome:
        self.sent.append(message)
        return self._answers.pop(0) if self._answers else Taken(1000 + len(self.sent))

    async def is_reachable(self) -> bool:
        return self._reachable

    async def open_topic(self, chat_id: int, name: str) -> Outcome:
        self.topics.append((chat_id, name))
        return Taken(7000 + len(self.topics))

    async def turn_topic(self, chat_id: int, thread_id: int, *, is_closing: bool) -> Outcome:
        self.turned.append((chat_id, thread_id, is_closing))
        return Taken(0)


class Tickets:
    """Takes what became of answers, after it has failed in these ways."""

    def __init__(self, *failures: ContractError) -> None:
        self.told: list[RecordDelivery] = []
        self._failures = list(failures)

    def record_delivery(self, command: RecordDelivery) -> None:
        if self._failures:
            raise self._failures.pop(0)
        self.told.append(command)


class Rows:
    """The outbox of the bot as a test fills it and looks at it."""

    def __init__(self, store: Store, clock: SetClock, files_at: Path) -> None:
        self.store = store
        self.clock = clock
        self.files = FileStore(str(files_at))

    def post(self, *items: Letter | Edit) -> None:
        with self.store.writing() as session:
            for item in items:
                outbox.post(session, item, f"test:{uuid4()}", self.clock.now())

    def knows_agents(self, *telegram_ids: int) -> None:
        agents = [
            AgentView(id=f"tg:{one}", name=f"agent {one}", telegram_id=one) for one in telegram_ids
        ]
        with self.store.writing() as session:
            gone = {one.telegram_id for one in known_agents(session)} - set(telegram_ids)
            memory.keep_agents(session, agents, gone, self.clock.now())

    def all(self) -> list[OutgoingMessage]:
        with self.store.reading() as session:
            return list(session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id)))

    def sends(
        self,
        telegram: FewWords,
        until: Callable[[], bool],
        tickets: Tickets | None = None,
        *,
        group_id: int | None = None,
        bot: str = SUPPORT_BOT,
    ) -> None:
        """Let the sender work until something is true of the rows."""
        asyncio.run(self._send(telegram, until, tickets or Tickets(), group_id=group_id, bot=bot))

    async def _send(
        self,
        telegram: FewWords,
        until: Callable[[], bool],
        tickets: Tickets,
        *,
        group_id: int | None,
        bot: str,
    ) -> None:
        deliveries = Deliveries(self.store, tickets, bot_id=1)  # type: ignore[arg-type]
        group = None if group_id is None else self._group(telegram, group_id)
        sender = Sender(
            self.store, telegram, LANGUAGES, deliveries, files=self.files, group=group, bot=bot
        )
        tasks = [asyncio.create_task(sender.run()), asyncio.create_task(deliveries.run())]
        try:
            async with asyncio.timeout(20):
                while not await asyncio.to_thread(until):
                    await asyncio.wait(tasks, timeout=0.05)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _group(self, telegram: FewWords, group_id: int) -> SendingGroup:
        audience = Audience(LANGUAGES.own, self.clock, group_id)
        keeper = GroupKeeper(self.store, LANGUAGES.own, audience, group_id)
        return SendingGroup(keeper, Topics(self.store, telegram, group_id))

    def all_settled(self) -> bool:
        return all(row.settled_at is not None for row in self.all())


def texts(messages: Sequence[Message]) -> list[str]:
    return [message.text for message in messages]


def ticket(
    ticket_id: int = 42,
    *,
    source: Source = Source.TELEGRAM,
    assignee: int | None = None,
    subject: str = "Не проходит <оплата>",
    priority: Priority = Priority.P2,
) -> TicketFacts:
    """A ticket as an event carries it."""
    return TicketFacts(
        id=ticket_id,
        version=1,
        subject=subject,
        category=Category.PAYMENT,
        priority=priority,
        status=TicketStatus.OPEN,
        source=source,
        created_at=NOON,
        updated_at=NOON,
        requester=RequesterView(id=f"tg:{IVAN}", name="Иван", telegram_id=IVAN, locale="ru"),
        assignee=AgentView(id=f"tg:{assignee}", name="Анна", telegram_id=assignee)
        if assignee
        else None,
    )


def message(body: str = "Помогите", *, kind: AuthorKind = AuthorKind.USER) -> MessageView:
    """A message of a thread."""
    author = AuthorView(kind=kind, name="Кто-то")
    return MessageView(id=7, author=author, body=body, created_at=NOON + timedelta(minutes=1))
