"""A real PostgreSQL for a test session: the one `./support test` started, or one of our own."""

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import make_url

from cli.postgres import PrivatePostgres

ADDRESS = "SUPPORT_TEST_POSTGRES_URL"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """The server."""
    server = PrivatePostgres()
    if address := os.environ.get(ADDRESS):
        server.port = make_url(address).port or 5432
        yield server
        return
    with server:
        yield server


@pytest.fixture
def postgres_url(postgres: PrivatePostgres) -> Iterator[str]:
    """An empty database for one test."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def new_postgres_url(postgres: PrivatePostgres) -> Callable[[], str]:
    """Makes an empty database whenever asked, for fixtures of a wider scope."""
    return lambda: postgres.create_database(f"test_{os.getpid()}_{next(_numbers)}")
