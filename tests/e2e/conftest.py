"""One running desk for all stories, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.botapi import TelegramPerson, running_telegram
from tests.support.running_desk import AGENT_ID, DATABASES, OTHER_AGENT_ID, RunningDesk


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_amqp_url: Callable[[], str],
) -> Iterator[RunningDesk]:
    """Five processes on one kind of database, up and healthy."""
    directory: Path = tmp_path_factory.mktemp(f"desk-{request.param}")
    databases = {}
    if request.param == "postgresql":
        new_url: Callable[[], str] = request.getfixturevalue("new_postgres_url")
        databases = {name: new_url() for name in DATABASES}
    with running_telegram() as telegram:
        running = RunningDesk(directory, new_amqp_url(), telegram, databases)
        try:
            running.up()
            yield running
        finally:
            running.down()


@pytest.fixture
def agent(desk: RunningDesk) -> TelegramPerson:
    """An agent of the desk, who has pressed Start."""
    return _agent(desk, AGENT_ID, "Мария")


@pytest.fixture
def colleague(desk: RunningDesk) -> TelegramPerson:
    """Another agent."""
    return _agent(desk, OTHER_AGENT_ID, "Пётр")


def _agent(desk: RunningDesk, agent_id: int, name: str) -> TelegramPerson:
    person = desk.telegram.person(agent_id, name)
    greeting = person.says("/start")
    person.receives(after=greeting)
    return person
