"""The bot as a process, with the services it calls, a real broker and a small Telegram."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select

from botapi.sights import ChatMessage
from chassis.clock import SystemClock
from chassis.rpc.client import RpcClient
from chassis.storage.database import Database
from chassis.storage.store import Store
from contracts.errors import IncidentAlreadyResolved, Unavailable
from contracts.event import Message
from contracts.incidents import IncidentsClient, ListIncidents, ResolveIncident
from contracts.tickets import (
    AnswerTicket,
    ListTickets,
    MergeTickets,
    OpenTicket,
    Person,
    RegisterAgent,
    TicketsClient,
    TicketSummary,
    TicketView,
)
from services.bot import queries
from services.bot.known_status import open_incidents
from services.bot.letters import Letter
from services.bot.models import OutgoingMessage, StoredUpdate
from services.bot.sending.outbox import WAITING, post
from services.bot.sending.outgoing_queries import waiting_count
from tests.support.botapi import (
    MAIN_BOT,
    MAIN_BOT_TOKEN,
    SUPPORT_BOT,
    SUPPORT_BOT_TOKEN,
    TelegramPerson,
    TelegramWorld,
)
from tests.support.migrated import new_file
from tests.support.starting import ROOT, run_module, start_module
from tests.support.waiting import wait_until

SERVICES = ("tickets", "incidents", "sla")
DATABASES = (*SERVICES, "bot")
AGENT_ID = 501
OTHER_AGENT_ID = 502
_people = count(9001)


class Calls:
    """Calls services as the gateway does."""

    def __init__(self, amqp_url: str) -> None:
        self.rpc = RpcClient(amqp_url, "tests")

    def call(self, service: str, method: str, message: Message | None = None) -> Any:
        return self.rpc.call(service, method, message, timeout=5)


class Process:
    """One process of the desk, its log in a file."""

    def __init__(self, name: str, directory: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> None:
        """Start it, with a log of its own life."""
        self.log.write_bytes(b"")
        environment = os.environ | self._environment | more
        self._process = start_module(f"services.{self.name}", environment=environment, log=self.log)

    def wait_until_logged(self, words: str, seconds: float = 60) -> None:
        """Wait for a line of the log with these words."""
        wait_until(lambda: words in self._told(), seconds, self._told)

    def _told(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_until_dead(self, seconds: float = 20) -> int:
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def migrate(self) -> None:
        """Make this process's database."""
        run_module("chassis.storage.migrate", self.name, environment=os.environ | self._environment)

    def freeze(self) -> None:
        """Let it stand still until `thaw`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without any warning."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """End it in good order; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=20)


class BotDesk:
    """Everything the tests of the bot need of the desk."""

    def __init__(
        self, telegram: TelegramWorld, amqp_url: str, directory: Path, **environment: str
    ) -> None:
        self.telegram = telegram
        self.amqp_url = amqp_url
        self._directory = directory
        self.environment = {
            "AMQP_URL": amqp_url,
            "SUPPORT_DATA_DIR": str(directory),
            "SUPPORT_CONFIG": str(ROOT / "support.toml"),
            "SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN,
            "TELEGRAM_BOT_TOKEN": MAIN_BOT_TOKEN,
            "TELEGRAM_BOT_USERNAME": MAIN_BOT,
            "SUPPORT_AGENT_IDS": f"{AGENT_ID},{OTHER_AGENT_ID}",
            "TELEGRAM_API_URL": telegram.url,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            **environment,
        }
        self.services = {name: Process(name, directory, self.environment) for name in SERVICES}
        self._have_started: set[int] = set()
        self.bot = Process("bot", directory, self.environment)
        self.replicas = [self.bot]
        self._calls = Calls(amqp_url)
        self.tickets = TicketsClient(self._calls)
        self.incidents = IncidentsClient(self._calls)

    def prepare(self) -> None:
        """Make databases and queues."""
        for process in DATABASES:
            if f"{process.upper()}_DATABASE_URL" in self.environment:
                self._run("chassis.storage.migrate", process)
            else:
                new_file(process, self._directory)
        self._run("chassis.declare", *DATABASES)

    def _run(self, module: str, *arguments: str) -> None:
        run_module(module, *arguments, environment=os.environ | self.environment)

    def start(self) -> None:
        """Start everything at once; ready when the bot hears events."""
        for service in self.services.values():
            service.start()
        self.bot.start()
        for service in self.services.values():
            service.wait_until_logged('"ready"')
        self._wait_for_bot()

    def start_bot(self, **more: str) -> None:
        self.bot.start(**more)
        self._wait_for_bot()

    def add_replica(self, directory: Path) -> Process:
        """One more bot on the same database, not started yet; its log stands there."""
        self.replicas.append(Process("bot", directory, self.environment))
        return self.replicas[-1]

    def _wait_for_bot(self) -> None:
        self.bot.wait_until_logged('"ready"')
        self.bot.wait_until_logged("bot-listener")

    def stop(self) -> None:
        """End everything that was started."""
        self._calls.rpc.close()
        for process in (*self.replicas, *self.services.values()):
            if process.is_running():
                process.kill()

    @contextmanager
    def rows_of_bot(self) -> Iterator[Database]:
        in_file = f"sqlite:///{self.environment['SUPPORT_DATA_DIR']}/bot.sqlite3"
        database = Database(self.environment.get("BOT_DATABASE_URL", in_file))
        try:
            yield database
        finally:
            database.close()

    def waits_until_calm_is_told(self) -> None:
        """Until the bot has heard that no incident is open, and has told everybody."""
        with self.rows_of_bot() as database:

            def is_heard() -> bool:
                with database.reading() as session:
                    return not open_incidents(session)

            wait_until(is_heard, describe="the bot still knows of an open incident")
        self.waits_until_all_is_sent()

    def waits_until_all_is_sent(self, seconds: float = 30) -> None:
        """Until nothing waits in the bot's outbox."""
        with self.rows_of_bot() as database:

            def is_sent() -> bool:
                with database.reading() as session:
                    return not waiting_count(session)

            wait_until(is_sent, seconds, "something still waits to be sent")

    def puts_in_outbox(self, letter: Letter) -> None:
        """As a handler of the bot would have; a bot that runs finds it within two seconds."""
        with self.rows_of_bot() as database, Store(database, SystemClock()).writing() as session:
            post(session, letter, f"test:{uuid4()}", _now())

    def photo_of(self, person: TelegramPerson, message: ChatMessage) -> bytes:
        """The picture that somebody received."""
        return self.telegram.file(person.id, message.id, bot=person.bot)

    def forgets_the_end_of_the_last_update(self) -> None:
        """As if the bot, which must not run, had died after its last calls to others."""
        with self.rows_of_bot() as database, database.writing() as session:
            last = session.scalars(select(StoredUpdate).order_by(StoredUpdate.id.desc())).first()
            assert last is not None
            last.state = WAITING
            its_replies = OutgoingMessage.key.startswith(f"update:{last.id}:")
            session.execute(delete(OutgoingMessage).where(its_replies))

    def begun(self, person: TelegramPerson) -> int:
        """In how many processes the update that waits in a chat has been in hand."""
        with self.rows_of_bot() as database, database.reading() as session:
            heads = queries.update_heads(session)
            return sum(head.begun for head in heads if head.chat_id == person.id)

    def ping_bot(self, seconds: float = 15) -> Any:
        """What the bot says when it is asked whether it is there; it may have to connect first."""

        def answer() -> Any:
            try:
                return self._calls.rpc.call("bot", "ping", timeout=1)
            except Unavailable:
                return None

        return wait_until(answer, seconds, "the bot does not answer")

    def agent(self, telegram_id: int = AGENT_ID, name: str = "Анна") -> TelegramPerson:
        """One of the agents, who has started the bot."""
        person = self.telegram.person(telegram_id, name)
        if telegram_id not in self._have_started:
            said = person.says("/start")
            person.receives("Доступ сотрудника поддержки есть", after=said)
            self._have_started.add(telegram_id)
        return person

    def nameless(self) -> Person:
        """Somebody of the app whose name the app does not tell."""
        return Person(id=f"app-{uuid4()}")

    def lets_in(self, telegram_id: int, name: str) -> None:
        """One more agent, who has not started the bot."""
        command = RegisterAgent(
            command_id=str(uuid4()), telegram_id=telegram_id, name=name, allowed_by="test"
        )
        self.tickets.register_agent(command)

    def user(
        self, name: str = "Иван", *, language_code: str = "ru", bot: str = SUPPORT_BOT
    ) -> TelegramPerson:
        """Somebody who has never written before."""
        return self.telegram.person(next(_people), name, language_code=language_code, bot=bot)

    def opens_in_app(
        self, description: str, *, by: Person | None = None, **more: Any
    ) -> TicketView:
        """A ticket from the app's form."""
        command = OpenTicket(
            command_id=str(uuid4()),
            requester=by or Person(id=f"app-{uuid4()}", name="Мария"),
            description=description,
            received_at=_now(),
            **more,
        )
        return self.tickets.open_ticket(command).result

    def merges(self, source_id: int, survivor_id: int) -> None:
        """As an administrator's program would; in Telegram agents use `/merge`."""
        command = MergeTickets(
            command_id=str(uuid4()),
            source_id=source_id,
            survivor_id=survivor_id,
            agent_id="administrator",
        )
        self.tickets.merge_tickets(command)

    def answers_in_app(self, ticket_id: int, body: str) -> None:
        """An administrator's answer over HTTP, which may be longer than a Telegram message."""
        command = AnswerTicket(
            command_id=str(uuid4()),
            ticket_id=ticket_id,
            agent_id="administrator",
            agent_name="Администратор",
            body=body,
            received_at=_now(),
        )
        self.tickets.answer_ticket(command)

    def group_of(self, *people: TelegramPerson) -> int:
        """A group with the bot in it."""
        group_id = -1_000_000_000_000 - next(_people)
        ids = [person.id for person in people]
        self.telegram.add_group(group_id, "Группа", people=ids, bots=[SUPPORT_BOT])
        return group_id

    def tickets_of(self, person: TelegramPerson) -> list[TicketSummary]:
        """What this person has opened from Telegram."""
        query = ListTickets(requester_id=f"tg:{person.id}")
        return self.tickets.list_tickets(query).results

    def resolves_all_incidents(self) -> None:
        """Back to a quiet system."""
        for incident in self.incidents.list_incidents(ListIncidents(only_open=True)):
            command = ResolveIncident(
                command_id=str(uuid4()),
                message="done",
                resolved_by="test",
                resolved_at=_now(),
                incident_id=incident.id,
            )
            with suppress(IncidentAlreadyResolved):  # a button that was pressed at the very end
                self.incidents.resolve_incident(command)


def _now() -> datetime:
    return SystemClock().now()


@contextmanager
def running_bot_desk(
    telegram: TelegramWorld, amqp_url: str, directory: Path, **environment: str
) -> Iterator[BotDesk]:
    """A desk that runs for as long as the block lasts."""
    desk = BotDesk(telegram, amqp_url, directory, **environment)
    try:
        desk.prepare()
        desk.start()
        yield desk
    finally:
        desk.stop()
