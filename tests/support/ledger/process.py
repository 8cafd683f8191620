"""The ledger as a process, and what a test wants to know of it from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select

from chassis.broker.publishing import ConfirmingPublisher
from chassis.broker.topology import declare
from chassis.rpc.client import RpcClient
from chassis.storage.database import Database
from chassis.storage.tables import AttemptRow
from contracts.errors import Unavailable
from contracts.event import Receipt
from tests.support.ledger.messages import TALLY, Book, Booked, EntryView, letter_of
from tests.support.ledger.rows import Entry, Tally, create_tables
from tests.support.service_process import ServiceProcess
from tests.support.waiting import wait_until

MODULE = "tests.support.ledger.service"


class Ledger:
    """One ledger with its database and broker; its process may come and go."""

    def __init__(self, amqp_url: str, database_url: str, log: Path) -> None:
        self.amqp_url = amqp_url
        self.database = Database(database_url)
        self._environment = {"AMQP_URL": amqp_url, "LEDGER_DATABASE_URL": database_url}
        self._log = log
        self._client = RpcClient(amqp_url, "tests")
        self._publisher = ConfirmingPublisher(amqp_url)
        create_tables(self.database.engine)
        declare(amqp_url, [TALLY])

    def process(self, **environment: str) -> ServiceProcess:
        return ServiceProcess("ledger", MODULE, self._log, **self._environment, **environment)

    @contextmanager
    def running(self, **environment: str) -> Iterator[ServiceProcess]:
        self._log.unlink(missing_ok=True)
        with self.process(**environment) as process:
            yield process

    def book(self, text: str, command_id: str = "", request_id: str = "") -> Receipt[EntryView]:
        command = Book(command_id=command_id or uuid4().hex, text=text)
        answer = self._client.call("ledger", "book", command, timeout=5, request_id=request_id)
        return Receipt[EntryView].model_validate(answer)

    def ask_to_book(self, text: str, command_id: str = "") -> None:
        """Ask, and do not wait for the answer."""
        command = Book(command_id=command_id or uuid4().hex, text=text)
        self._client.call_async("ledger", "book", command, timeout=10)

    def book_although_it_dies(self, text: str, command_id: str, process: ServiceProcess) -> None:
        """Ask a process that is about to kill itself."""
        self.ask_to_book(text, command_id)
        wait_until(lambda: not process.is_running())

    def book_in_the_end(self, text: str, command_id: str) -> None:
        """Ask again, as a caller does whom nobody answered."""
        try:
            self.book(text, command_id)
        except Unavailable:
            self.book(text, command_id)

    def count(self, within: float) -> int:
        """Ask how many entries there are. Raises Unavailable when the answer takes longer."""
        return int(self._client.call("ledger", "count", timeout=within))

    def publish(self, event: Booked, **headers: object) -> None:
        self._publisher.publish(letter_of(event, **headers))

    def entries(self) -> list[str]:
        with self.database.reading() as session:
            return list(session.scalars(select(Entry.text).order_by(Entry.id)))

    def tallies(self, text: str) -> list[Tally]:
        with self.database.reading() as session:
            return list(session.scalars(select(Tally).where(Tally.text == text)))

    def attempts(self) -> int:
        """How many events are held to be in hand again."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(AttemptRow)) or 0

    def close(self) -> None:
        self._client.close()
        self._publisher.close()
        self.database.close()
