"""Databases with a process's newest schema: migrated once a session, then copied for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chassis.storage.migrate import upgrade
from cli.postgres import PrivatePostgres
from tests.support.postgres import passing_databases

KINDS = ("sqlite", "postgresql")


class Migrated:
    """Makes databases of each kind; the PostgreSQL server is asked for when first needed."""

    def __init__(self, originals: Path, postgres: Callable[[], PrivatePostgres]) -> None:
        self._originals = originals
        self._postgres = postgres
        self._names = dict[str, str]()

    @contextmanager
    def database(self, process: str, kind: str, directory: Path) -> Iterator[str]:
        """The address of a database that nothing has happened in."""
        if kind == "sqlite":
            place = shutil.copy(self._file(process), directory / f"{process}.sqlite3")
            yield f"sqlite:///{place}"
            return
        with passing_databases(self._postgres()) as make:
            yield make(like=self._template(process))

    def _file(self, process: str) -> Path:
        original = self._originals / f"{process}.sqlite3"
        if not original.exists():
            upgrade(process, f"sqlite:///{original}")
        return original

    def _template(self, process: str) -> str:
        if process not in self._names:
            name = f"{process}_{os.getpid()}_original"
            upgrade(process, self._postgres().create_database(name))
            self._names[process] = name
        return self._names[process]


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    return Migrated(
        tmp_path_factory.mktemp("originals"), lambda: request.getfixturevalue("postgres")
    )
