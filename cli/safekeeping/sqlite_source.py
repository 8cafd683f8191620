"""A SQLite database copied while its process writes on.

The online backup interface copies in one step from a read transaction that is already open, so
writers go on and the copy shows the moment at which it was opened. `VACUUM INTO` is as quick, but
begins its own transaction, and four of them begin at four moments.
"""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, create_engine, pool
from sqlalchemy.orm import Session

from cli.safekeeping.cut import HOLD_SECONDS, Busy, Kind
from cli.trouble import Trouble

INTACT = [("ok",)]


class SqliteSource:
    """The file behind a `sqlite:///` address."""

    kind: Kind = "sqlite"

    def __init__(self, process: str, url: URL) -> None:
        self.process = process
        self._path = Path(url.database or "")
        if not self._path.is_file():
            raise Trouble(
                f"The database of {process} ({self._path}) is not made yet: there is nothing to "
                "keep. ./support up or ./support migrate makes it."
            )
        self._writer = connect(self._path)
        engine = create_engine(
            "sqlite://", creator=partial(connect, self._path), poolclass=pool.NullPool
        )
        self._reader = engine.connect()
        self.session = Session(self._reader)

    def hold(self) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as fault:
            if fault.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Busy(self.process) from None
            raise self._trouble(fault) from None

    def look(self) -> None:
        self._reader.exec_driver_sql("BEGIN")
        self._reader.exec_driver_sql("SELECT count(*) FROM sqlite_schema")

    def let_go(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def copy(self, file: Path) -> None:
        driver = self._reader.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        try:
            with closing(sqlite3.connect(file)) as copied:
                driver.backup(copied)
                copied.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
                found = copied.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.DatabaseError as fault:
            raise self._trouble(fault) from None
        if found != INTACT:
            raise Trouble(
                f"The database of {self.process} ({self._path}) is damaged, and so is its copy: "
                f"{found[0][0]}"
            )

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    def _trouble(self, fault: sqlite3.DatabaseError) -> Trouble:
        return Trouble(f"The database of {self.process} ({self._path}) cannot be copied: {fault}.")


def connect(path: Path) -> sqlite3.Connection:
    """Open a file that is there already; transactions are begun by hand."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=HOLD_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
