"""A desk with a broker and a PostgreSQL of its own, any part of which may be broken."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.broker import PrivateBroker
from cli.postgres import PrivatePostgres
from tests.support.botapi import TelegramPerson, running_telegram
from tests.support.running_desk import AGENT_ID, DATABASES, OTHER_AGENT_ID, RunningDesk

ALARMS = {
    "memory": ("set_vm_memory_high_watermark", "0", "0.6"),
    "disk": ("set_disk_free_limit", "10000GB", "50MB"),
}
"""By what the broker has no room in: the limit, a value that is overstepped, and the usual one."""
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
        with self.away([victim]):
            pass

    @contextmanager
    def away(self, victims: Sequence[str]) -> Iterator[None]:
        """Processes, the broker or PostgreSQL, killed at once and started again at the end."""
        for victim in victims:
            self._kill(victim)
        try:
            yield
        finally:
            for victim in victims:
                self._start(victim)

    @contextmanager
    def frozen(self, victims: Sequence[str]) -> Iterator[None]:
        """The same, standing still meanwhile: their sockets accept, and nobody reads them."""
        with ExitStack() as stack:
            for victim in victims:
                stack.enter_context(standing_still(self._pids(victim)))
            yield

    def replicas_of(self, service: str) -> list[str]:
        """The processes of a service by name."""
        return [name for name in self.desk.members if name.partition("-")[0] == service]

    def _kill(self, victim: str) -> None:
        if victim == "broker":
            self.broker.kill()
        elif victim == "postgres":
            self._postgres().kill()
        else:
            self.desk.kill(victim)

    def _start(self, victim: str) -> None:
        if victim == "broker":
            self.broker.start()
        elif victim == "postgres":
            self._postgres().revive()
        else:
            self.desk.start(victim)

    def _pids(self, victim: str) -> Sequence[int]:
        if victim == "broker":
            return pids_of(self.broker)
        if victim == "postgres":
            return pids_of(self._postgres())
        return [self.desk.processes[victim].pid]

    def _postgres(self) -> PrivatePostgres:
        assert self.postgres is not None
        return self.postgres

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


@contextmanager
def standing_still(pids: Sequence[int]) -> Iterator[None]:
    """These processes are stopped, and go on in the end."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def control(broker: PrivateBroker, *arguments: str) -> str:
    """What RabbitMQ's own command for its nodes says."""
    return subprocess.run(
        [str(broker.node.server.with_name("rabbitmqctl")), "-q", "-l", *arguments],
        env=os.environ | broker.node.environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@contextmanager
def alarm(broker: PrivateBroker, kind: str) -> Iterator[None]:
    """The broker takes no messages, because a limit of its own says that it has no room."""
    limit, alarming, usual = ALARMS[kind]
    control(broker, limit, alarming)
    try:
        yield
    finally:
        control(broker, limit, usual)


def pids_of(server: PrivateBroker | PrivatePostgres) -> Sequence[int]:
    """The processes that serve: what stands beside them may go on."""
    if isinstance(server, PrivatePostgres):
        return server.pids()
    node, _epmd = server._running
    return [node.pid]
