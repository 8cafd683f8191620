"""A SQLite database put in the place of another, which stays beside it until all is well."""

import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from uuid import UUID

from sqlalchemy import URL, create_engine, pool
from sqlalchemy.orm import Session

from chassis.events.outbox import publish_again
from cli.safekeeping.directory import reach_disk
from cli.safekeeping.sqlite_source import INTACT, connect
from cli.trouble import Trouble

_BESIDE = ("", "-wal", "-shm")
_OLD = ".before-restore-"


class SqliteTarget:
    """The file behind a `sqlite:///` address. `stamp` names what is kept of the old one."""

    def __init__(self, process: str, url: URL, stamp: str) -> None:
        self.process = process
        self._path = Path(url.database or "")
        self._new = self._path.with_name(f"{self._path.name}.restoring")
        self._old = self._path.with_name(f"{self._path.name}{_OLD}{stamp}")
        self.is_replaced = False

    @property
    def is_taken(self) -> bool:
        """Would something be replaced?"""
        return self._path.exists()

    def refuse_if_used(self) -> None:
        """Raises Trouble when a process has the file open, or when there is no place for it."""
        place = self._path.parent
        if not place.is_dir() or not os.access(place, os.W_OK):
            raise Trouble(f"The database of {self.process} cannot be written into {place}.")
        if self.is_taken and _is_open(self._path):
            raise Trouble(
                f"Somebody works on the database of {self.process} ({self._path}): stop the desk, "
                "and a backup that is running, then restore."
            )

    def prepare(self, file: Path, unheard: Iterable[UUID]) -> None:
        """Make the new file ready beside the old. Raises Trouble, OSError."""
        shutil.copyfile(file, self._new)
        _belong(self._new)
        engine = create_engine(f"sqlite:///{self._new}", poolclass=pool.NullPool)
        with Session(engine) as session, session.begin():
            publish_again(session, unheard)
        with closing(connect(self._new)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
        if found != INTACT:
            raise Trouble(f"The copy of {self.process} is damaged: {found[0][0]}")
        reach_disk(self._new)

    def place(self) -> None:
        """Put the new file where the old one was."""
        for end in _BESIDE:
            _move(self._beside(self._path, end), self._beside(self._old, end))
        self._new.rename(self._path)
        reach_disk(self._path.parent)
        self.is_replaced = True

    def put_back(self) -> None:
        """As it was before, however far it had come."""
        self._new.unlink(missing_ok=True)
        if self.is_replaced:
            self._path.unlink()
            self.is_replaced = False
        for end in _BESIDE:
            _move(self._beside(self._old, end), self._beside(self._path, end))

    def tidy(self) -> None:
        """Let go of what was kept, also by a restore that was interrupted."""
        for kept in self._path.parent.glob(f"{self._path.name}{_OLD}*"):
            kept.unlink(missing_ok=True)

    @staticmethod
    def _beside(path: Path, end: str) -> Path:
        return path.with_name(path.name + end)


def _move(old: Path, new: Path) -> None:
    if old.exists():
        old.rename(new)


def _belong(file: Path) -> None:
    """To whoever the directory belongs to: root may restore what another account runs."""
    file.chmod(0o600)
    if os.geteuid() == 0:
        owner = file.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def _is_open(path: Path) -> bool:
    """Has anybody a connection to it? With write-ahead logging each holds a lock while it lives.

    A damaged file is nobody's: it is what a restore is for.
    """
    with closing(connect(path)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as fault:
            return fault.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        connection.execute("ROLLBACK")
    return False
