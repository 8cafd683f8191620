"""A desk with a broker and a PostgreSQL of its own, any part of which may be broken."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.broker import PrivateBroker
from cli.postgres import PrivatePostgres
from tests.support.botapi import TelegramPerson, running_telegram
from tests.support.running_desk import AGENT_ID, DATABASES, OTHER_AGENT_ID, RunningDesk

AGENTS = {AGENT_ID: "Мария", OTHER_AGENT_ID: "Пётр"}


@dataclass(frozen=True)
class BreakableDesk:
    """The desk, and what it stands on."""

    desk: RunningDesk
    broker: PrivateBroker
    postgres: PrivatePostgres | None = None
    agents: list[TelegramPerson] = field(default_factory=list)

    def break_and_mend(self, victim: str) -> None:
        """`kill -9` a process, the broker or PostgreSQL, then start it as a supervisor does."""
        if victim == "broker":
            self.broker.kill()
            self.broker.start()
        elif victim == "postgres":
            assert self.postgres is not None
            self.postgres.kill()
            self.postgres.revive()
        else:
            self.desk.kill(victim)
            self.desk.start(victim)

    def leave_only(self, survivor: str) -> None:
        """`kill -9` everything but one process, for good."""
        self.broker.kill()
        if self.postgres is not None:
            self.postgres.kill()
        for name in self.desk.members:
            if name != survivor:
                self.desk.kill(name)


@contextmanager
def breakable_desk(
    directory: Path, *, postgres: PrivatePostgres | None, replicas: int = 1
) -> Iterator[BreakableDesk]:
    """A desk that is up and healthy, with two agents; on SQLite without a PostgreSQL."""
    broker = PrivateBroker(directory / "broker")
    with ExitStack() as stack:
        amqp_url = stack.enter_context(broker)
        telegram = stack.enter_context(running_telegram())
        databases = {}
        if postgres is not None:
            stack.enter_context(postgres)
            databases = {name: postgres.create_database(name) for name in DATABASES}
        desk = RunningDesk(directory, amqp_url, telegram, databases, replicas=replicas)
        stack.callback(desk.down)
        desk.up()
        agents = [_agent(desk, number, name) for number, name in AGENTS.items()]
        yield BreakableDesk(desk, broker, postgres, agents)


def _agent(desk: RunningDesk, agent_id: int, name: str) -> TelegramPerson:
    person = desk.telegram.person(agent_id, name)
    person.receives(after=person.says("/start"))
    return person
