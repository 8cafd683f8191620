"""A real PostgreSQL for a test session: the one `./support test` started, or one of our own."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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


@pytest.fixture(scope="session")
def on_postgres(postgres: PrivatePostgres) -> Iterator[ExitStack]:
    """Closed before the server is, whoever asked for that first."""
    with ExitStack() as at_the_end:
        yield at_the_end


@contextmanager
def passing_databases(postgres: PrivatePostgres) -> Iterator[Callable[..., str]]:
    """Makes an empty database whenever asked, or one like another. All go at the end: each takes
    7 MB, in memory where the tests write there."""
    made = list[str]()

    def make(like: str = "template1") -> str:
        made.append(f"test_{os.getpid()}_{next(_numbers)}")
        return postgres.create_database(made[-1], like=like)

    try:
        yield make
    finally:
        for name in made:
            postgres.drop_database(name)


@pytest.fixture
def new_postgres_url(postgres: PrivatePostgres) -> Iterator[Callable[[], str]]:
    """Makes an empty database for one test whenever asked."""
    with passing_databases(postgres) as make:
        yield make


@pytest.fixture
def postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """An empty database for one test."""
    return new_postgres_url()
