"""Databases with a process's newest schema, migrated once a session.

What a test needs whole, or its processes write to, is a copy. Where a test has no process, one
database serves the whole session and is emptied before each test: SQLAlchemy compiles a statement
once for each engine, which took a quarter of the time of such tests, and a copy of PostgreSQL's
takes longer than most of them.
"""

import atexit
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import Engine, inspect, text

from chassis.storage.database import Database
from chassis.storage.migrate import upgrade
from cli.postgres import PrivatePostgres
from tests.support.postgres import passing_databases

KINDS = ("sqlite", "postgresql")
VERSION_TABLE = "alembic_version"
IN_ANY_ORDER = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}
"""Rows may go before those that point at them, for one transaction."""


@cache
def _originals() -> Path:
    directory = Path(mkdtemp(prefix="support-originals-"))
    atexit.register(shutil.rmtree, directory)
    return directory


def new_file(process: str, directory: Path) -> Path:
    """An SQLite database in that directory that nothing has happened in."""
    original = _originals() / f"{process}.sqlite3"
    if not original.exists():
        upgrade(process, f"sqlite:///{original}")
    return Path(shutil.copy(original, directory))


class Migrated:
    """Makes databases of each kind; the PostgreSQL server is asked for when first needed."""

    def __init__(
        self,
        directory: Path,
        postgres: Callable[[], PrivatePostgres],
        at_the_end: Callable[[str], ExitStack],
    ) -> None:
        """`at_the_end` gives what is closed while a server of that kind still runs."""
        self._directory = directory
        self._postgres = postgres
        self._at_the_end = at_the_end
        self._names = dict[str, str]()
        self._databases = dict[tuple[str, str], Database]()
        self._replicas = dict[Database, Database]()

    @contextmanager
    def database(self, process: str, kind: str, directory: Path) -> Iterator[str]:
        """The address of a database that nothing has happened in."""
        if kind == "sqlite":
            yield f"sqlite:///{new_file(process, directory)}"
            return
        with passing_databases(self._postgres()) as make:
            yield make(like=self._template(process))

    def emptied(self, process: str, kind: str) -> Database:
        """The session's own, with no row in any table."""
        database = self._lasting(process, kind)
        _empty(database)
        return database

    def as_replica(self, database: Database) -> Database:
        """The same with an engine and a turn of its own, as another process has it."""
        if database not in self._replicas:
            self._replicas[database] = self._open(address_of(database), database.engine.name)
        return self._replicas[database]

    def _lasting(self, process: str, kind: str) -> Database:
        if (process, kind) not in self._databases:
            kept = self.database(process, kind, self._directory)
            url = self._at_the_end(kind).enter_context(kept)
            self._databases[process, kind] = self._open(url, kind)
        return self._databases[process, kind]

    def _open(self, url: str, kind: str) -> Database:
        database = Database(url)
        self._at_the_end(kind).callback(database.close)
        return database

    def _template(self, process: str) -> str:
        if process not in self._names:
            name = f"{process}_{os.getpid()}_original"
            upgrade(process, self._postgres().create_database(name))
            self._names[process] = name
        return self._names[process]


def address_of(database: Database) -> str:
    """The URL, password included."""
    return database.url.render_as_string(hide_password=False)


@cache
def _tables(engine: Engine) -> list[str]:
    return [name for name in inspect(engine).get_table_names() if name != VERSION_TABLE]


def _empty(database: Database) -> None:
    with database.writing() as session:
        session.execute(text(IN_ANY_ORDER[database.engine.name]))
        for table in _tables(database.engine):
            session.execute(text(f"DELETE FROM {table}"))


@pytest.fixture(scope="session")
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Migrated]:
    with ExitStack() as at_the_end:
        yield Migrated(
            tmp_path_factory.mktemp("lasting"),
            lambda: request.getfixturevalue("postgres"),
            lambda kind: at_the_end if kind == "sqlite" else request.getfixturevalue("on_postgres"),
        )
