"""One running desk for all stories, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.support.botapi import TelegramPerson, running_telegram
from tests.support.postgres import passing_databases
from tests.support.running_desk import AGENT_ID, DATABASES, OTHER_AGENT_ID, RunningDesk

DATABASE_KINDS = ["sqlite", "postgresql"]
AGENTS = {AGENT_ID: "Мария", OTHER_AGENT_ID: "Пётр"}
Databases = Callable[[str], AbstractContextManager[dict[str, str]]]


@pytest.fixture(scope="session")
def databases_of(request: pytest.FixtureRequest) -> Databases:
    """Makes the databases of a desk; none named means SQLite in its data directory."""

    @contextmanager
    def make(kind: str) -> Iterator[dict[str, str]]:
        if kind == "sqlite":
            yield {}
            return
        with passing_databases(request.getfixturevalue("postgres")) as new_url:
            yield {name: new_url() for name in DATABASES}

    return make


@contextmanager
def _running(directory: Path, amqp_url: str, databases: dict[str, str]) -> Iterator[RunningDesk]:
    with running_telegram() as telegram:
        running = RunningDesk(directory, amqp_url, telegram, databases)
        try:
            running.up()
            for agent_id, name in AGENTS.items():
                _agent(running, agent_id, name)
            yield running
        finally:
            running.down()


@pytest.fixture(scope="package", params=DATABASE_KINDS)
def desk(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_amqp_url: Callable[[], str],
    databases_of: Databases,
) -> Iterator[RunningDesk]:
    """The desk that most stories share, up and healthy."""
    directory = tmp_path_factory.mktemp(f"desk-{request.param}")
    with (
        databases_of(request.param) as databases,
        _running(directory, new_amqp_url(), databases) as running,
    ):
        yield running


@pytest.fixture(scope="module", params=DATABASE_KINDS)
def late_desk(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_amqp_url: Callable[[], str],
    databases_of: Databases,
) -> Iterator[RunningDesk]:
    """A desk whose clock a story may move."""
    directory = tmp_path_factory.mktemp(f"late-{request.param}")
    with (
        databases_of(request.param) as databases,
        _running(directory, new_amqp_url(), databases) as running,
    ):
        yield running


@pytest.fixture
def late_agent(late_desk: RunningDesk) -> TelegramPerson:
    """An agent of that desk."""
    return _agent(late_desk, AGENT_ID, AGENTS[AGENT_ID])


@pytest.fixture
def agent(desk: RunningDesk) -> TelegramPerson:
    """An agent of the desk, who has pressed Start."""
    return _agent(desk, AGENT_ID, AGENTS[AGENT_ID])


@pytest.fixture
def colleague(desk: RunningDesk) -> TelegramPerson:
    """Another agent."""
    return _agent(desk, OTHER_AGENT_ID, AGENTS[OTHER_AGENT_ID])


def _agent(desk: RunningDesk, agent_id: int, name: str) -> TelegramPerson:
    person = desk.telegram.person(agent_id, name)
    greeting = person.says("/start")
    person.receives(after=greeting)
    return person
