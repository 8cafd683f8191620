"""A PostgreSQL database dumped while its process writes on."""

from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cli.safekeeping.cut import HOLD_SECONDS, Busy, Kind
from cli.safekeeping.postgres_client import Client, connect, has_waited, major_version, reason
from cli.trouble import Trouble

# Every event that is taken in begins with a row in the one, every command with a row in the other.
_DOORS = "LOCK TABLE inbox, commands IN SHARE MODE"
_LOCK_WAIT_SECONDS = 60


class PostgresSource:
    """The database behind a `postgresql+psycopg://` address."""

    kind: Kind = "postgresql"

    def __init__(self, process: str, url: URL) -> None:
        self.process = process
        self._client = Client(process, url)
        self._holder = connect(process, url, "READ COMMITTED")
        self._reader = connect(process, url, "REPEATABLE READ")
        self.session = Session(self._reader)
        self._client.refuse_if_older("pg_dump", major_version(self._holder))
        self._schema = str(self._holder.scalar(text("SELECT current_schema()")))
        self._holder.rollback()

    def hold(self) -> None:
        milliseconds = int(HOLD_SECONDS * 1000)
        try:
            self._holder.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
            self._holder.execute(text(_DOORS))
        except SQLAlchemyError as fault:
            if has_waited(fault):
                raise Busy(self.process) from None
            raise Trouble(
                f"The database of {self.process} cannot be copied: {reason(fault)}."
            ) from None

    def look(self) -> None:
        self._snapshot = str(self._reader.scalar(text("SELECT pg_export_snapshot()")))

    def let_go(self) -> None:
        self._holder.rollback()

    def copy(self, file: Path) -> None:
        self._client.run(
            "pg_dump",
            "--format=custom",
            f"--snapshot={self._snapshot}",
            f'--table="{self._schema}".*',  # all in it, but not the schema itself
            f"--lock-wait-timeout={_LOCK_WAIT_SECONDS * 1000}",
            *("--no-owner", "--no-privileges", "--no-password"),
            f"--file={file}",
            f"--dbname={self._client.address}",
        )
        if "TABLE DATA" not in self._client.run("pg_restore", "--list", str(file)):
            raise Trouble(f"The dump of {self.process} has no tables in it: it cannot be used.")

    def close(self) -> None:
        self._reader.close()
        self._holder.close()
