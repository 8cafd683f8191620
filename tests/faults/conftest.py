"""Desks that test files share. Who breaks one mends it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cli.postgres import PrivatePostgres
from tests.support.botapi import running_telegram
from tests.support.postgres import passing_databases
from tests.support.running_desk import DATABASES, NewDesk, RunningDesk
from tests.support.wired_desk import WiredDesk, wired_desk


@pytest.fixture(scope="session")
def new_desk(
    tmp_path_factory: pytest.TempPathFactory,
    new_amqp_url: Callable[[], str],
    postgres: PrivatePostgres,
) -> NewDesk:
    """Brings up a desk on the broker and the PostgreSQL of the session."""

    @contextmanager
    def run() -> Iterator[RunningDesk]:
        with running_telegram() as telegram, passing_databases(postgres) as new_postgres_url:
            databases = {name: new_postgres_url() for name in DATABASES}
            directory = tmp_path_factory.mktemp("desk")
            desk = RunningDesk(directory, new_amqp_url(), telegram, databases)
            try:
                desk.up()
                yield desk
            finally:
                desk.down()

    return run


@pytest.fixture(scope="session")
def shared_desk(new_desk: NewDesk) -> Iterator[RunningDesk]:
    """Up and healthy."""
    with new_desk() as desk:
        yield desk


@pytest.fixture(scope="session")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WiredDesk]:
    """Up and healthy, with every connection on a wire that can be broken."""
    with wired_desk(tmp_path_factory.mktemp("wired")) as desk:
        yield desk
