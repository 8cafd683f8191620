"""A PostgreSQL database filled anew in one transaction, which waits with its commit for the others.

psql does it: it reads the dump as pg_restore writes it, and what stands before and after.
"""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from sqlalchemy import URL, Update, text
from sqlalchemy.dialects import postgresql

from chassis.events.outbox import publishing_again
from cli.processes import wait_until
from cli.safekeeping.postgres_client import Client, connect, major_version, program, words_of
from cli.safekeeping.psql import HeldTransaction
from cli.trouble import Trouble

OTHERS_GO_SECONDS = 3.0
_EMPTY = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
        WHERE schemaname = current_schema()
    LOOP
        EXECUTE 'DROP TABLE ' || name || ' CASCADE';
    END LOOP;
END $$;
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


class PostgresTarget:
    """The database behind a `postgresql+psycopg://` address."""

    def __init__(self, process: str, url: URL) -> None:
        self.process = process
        self._url = url
        self._client = Client(process, url)
        self._transaction: HeldTransaction | None = None
        self.is_replaced = False
        with connect(process, url, "AUTOCOMMIT") as connection:
            self._tables = set(connection.scalars(text(_TABLES)))
            self._server = major_version(connection)

    @property
    def is_taken(self) -> bool:
        """Would something be replaced?"""
        return bool(self._tables)

    def refuse_if_used(self) -> None:
        """Raises Trouble when others are connected, or what is there is none of ours."""
        if self.is_taken and "alembic_version" not in self._tables:
            raise Trouble(
                f"{self.process.upper()}_DATABASE_URL names a database with tables of somebody "
                f"else ({min(self._tables)}): give {self.process} one of its own."
            )
        self._client.refuse_if_older("pg_restore", self._server)
        with connect(self.process, self._url, "AUTOCOMMIT") as connection:
            alone = wait_until(
                lambda: connection.scalar(text(_OTHERS)) == 0, seconds=OTHERS_GO_SECONDS
            )
        if not alone:
            raise Trouble(
                f"Somebody is connected to the database of {self.process}: stop the desk, and "
                "whoever else looks into it, then restore."
            )

    def prepare(self, file: Path, unheard: Iterable[UUID]) -> None:
        """Fill it, up to the commit. Raises Trouble."""
        self._transaction = HeldTransaction(self._client)
        self._transaction.say(_EMPTY)
        restored = subprocess.run(
            [str(program("pg_restore")), "--no-owner", "--no-privileges", "--file=-", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=self._transaction.ear,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        self._transaction.say("RESET search_path;\n")
        for statement in publishing_again(unheard):
            self._transaction.say(f"{_literal(statement)};\n")
        if restored.returncode != 0 or not self._transaction.has_done_all():
            # psql's words go first: when it ends, pg_restore only finds nobody to talk to.
            raise self._trouble(self._transaction.give_up() or words_of(restored.stderr))

    def place(self) -> None:
        """Commit. Raises Trouble; then it is as it was."""
        assert self._transaction is not None
        if why := self._transaction.commit():
            raise self._trouble(why)
        self.is_replaced = True

    def put_back(self) -> None:
        """Without a commit, the server forgets it all; after one this does nothing."""
        if self._transaction is not None:
            self._transaction.give_up()

    def tidy(self) -> None:
        """Nothing is kept of the old one."""

    def _trouble(self, why: str) -> Trouble:
        return Trouble(f"The database of {self.process} cannot be restored: {why}")


def _literal(statement: Update) -> str:
    compiled = statement.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    return str(compiled)
