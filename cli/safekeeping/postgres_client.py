"""PostgreSQL's own programs, told where the database is without telling everybody the password."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from psycopg import errors
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, create_engine, pool, text
from sqlalchemy.exc import SQLAlchemyError

from cli.packages import require_program
from cli.trouble import Trouble

_WAITED_FOR = (errors.LockNotAvailable, errors.DeadlockDetected)


def program(name: str) -> Path:
    """pg_dump, pg_restore or psql, the newest that is installed. Raises Trouble."""
    return require_program("postgresql-client", f"/usr/lib/postgresql/*/bin/{name}", name)


def connect(process: str, url: URL, isolation: str) -> Connection:
    """A connection of its own, on which nothing ends by itself. Raises Trouble."""
    engine = create_engine(url, poolclass=pool.NullPool, isolation_level=isolation)
    try:
        connection = engine.connect()
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
        connection.commit()
    except SQLAlchemyError as fault:
        raise Trouble(
            f"The database of {process} does not let us in: {reason(fault)}: start it, or correct "
            f"{process.upper()}_DATABASE_URL."
        ) from None
    return connection


def has_waited(fault: SQLAlchemyError) -> bool:
    """Did somebody else hold what we wanted?"""
    return isinstance(getattr(fault, "orig", None), _WAITED_FOR)


def reason(fault: SQLAlchemyError) -> str:
    """The server's own words, on one line."""
    return str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]


class Client:
    """Runs the programs on one database."""

    def __init__(self, process: str, url: URL) -> None:
        self.process = process
        options = _options(url)
        if "sslpassword" in options:
            raise Trouble(
                f"{process.upper()}_DATABASE_URL has an sslpassword, which could only be handed on "
                "where everybody can read it: use a key without one."
            )
        password = options.pop("password", None)
        self.address = make_conninfo(**{"connect_timeout": 10, **options})
        self.environment = dict(os.environ)
        if password is not None:
            self.environment["PGPASSWORD"] = str(password)

    def run(self, name: str, *arguments: str) -> str:
        """Run a program to its end and return what it printed. Raises Trouble with its words."""
        ran = subprocess.run(
            [str(program(name)), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            raise Trouble(
                f"{name} failed on the database of {self.process}: {words_of(ran.stderr)}"
            )
        return ran.stdout

    def refuse_if_older(self, name: str, server: int) -> None:
        """A program older than the server does not know all that may be in it."""
        said = subprocess.run(
            [str(program(name)), "--version"], capture_output=True, text=True, check=True
        ).stdout
        found = re.search(r"\) (\d+)", said)
        if found is None or int(found.group(1)) < server:
            raise Trouble(
                f"{said.strip()} is older than the server of {self.process}, which is "
                f"PostgreSQL {server}: install postgresql-client-{server}."
            )


def major_version(connection: Connection) -> int:
    """The server's, such as 15."""
    return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


def _options(url: URL) -> dict[str, Any]:
    """The address as libpq names its parts."""
    dialect = create_engine(url, poolclass=pool.NullPool).dialect
    _, options = dialect.create_connect_args(url)
    return {name: value for name, value in options.items() if name != "context"}


def words_of(stderr: str) -> str:
    """The first thing that a program complained about."""
    lines = [line for line in stderr.strip().splitlines() if line]
    return lines[0] if lines else "it gave no reason"
