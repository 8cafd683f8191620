"""Brings the database of a process to the newest schema.

    python -m chassis.storage.migrate <process> [<process> …]

Each process keeps its own Alembic history in `services/<process>/migrations`.
"""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, create_engine, event, make_url, pool, text
from sqlalchemy.exc import DatabaseError, OperationalError

from chassis.settings import ConfigurationError
from chassis.settings_check import settings_of
from chassis.storage.tables import ChassisBase

SERVICES = Path(__file__).resolve().parents[2] / "services"
LOCK = 7_402_113
"""Any number, as long as it is always the same: two migrations at once take turns by it."""
MIGRATION_SECONDS = 60
"""How long the second of two waits for its turn on SQLite."""


def upgrade(process: str, url: str, to: str = "head") -> None:
    """Apply what is missing, all of it or nothing; a repeat changes nothing."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and place.database:
        Path(place.database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(process, url), to)


def is_current(process: str, url: str) -> bool:
    """Whether the database stands at the newest migration of the process."""
    head = newest_revision(process)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def newest_revision(process: str) -> str | None:
    """The migration at which a database of the process should stand."""
    return ScriptDirectory.from_config(_config(process, "")).get_current_head()


def knows_revision(process: str, revision: str) -> bool:
    """Whether that migration is one of ours, so that `upgrade` can go on from it."""
    try:
        return ScriptDirectory.from_config(_config(process, "")).get_revision(revision) is not None
    except CommandError:
        return False


def differences(url: str, models: MetaData) -> list[object]:
    """What the database has otherwise than the models say; empty when they agree."""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection)
        return list(compare_metadata(found, _together(ChassisBase.metadata, models)))


def _together(*parts: MetaData) -> MetaData:
    whole = MetaData()
    for part in parts:
        for table in part.sorted_tables:
            table.to_metadata(whole)
    return whole


def run_in_alembic() -> None:
    """What a service's `migrations/env.py` does: the same for each."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _lock_the_file)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()


def _leave_transactions_to_us(connection: Any, _record: Any) -> None:
    """Python's driver would commit after every statement that changes a schema."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={MIGRATION_SECONDS * 1000}")


def _lock_the_file(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _config(process: str, url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SERVICES / process / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def main(processes: list[str]) -> None:
    """Upgrade the databases of the named processes; exit code 2 when the settings are wrong, or a
    database is not to be reached or is none."""
    try:
        urls = {process: settings_of(process).database_url for process in processes}
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    for process, url in urls.items():
        try:
            upgrade(process, url)
        except OperationalError as fault:
            if fault.statement is not None:
                raise
            sys.stderr.write(
                f"The database of {process} does not let us in: {_in_a_line(fault)}: start it, or "
                f"correct {process.upper()}_DATABASE_URL.\n"
            )
            sys.exit(2)
        except DatabaseError as fault:
            if type(fault.orig) is not sqlite3.DatabaseError:
                raise
            sys.stderr.write(
                f"{make_url(url).database}, the database of {process}, cannot be read: "
                f"{_in_a_line(fault)}: put back what a backup holds with ./support restore, or "
                f"correct {process.upper()}_DATABASE_URL.\n"
            )
            sys.exit(2)


def _in_a_line(fault: DatabaseError) -> str:
    """What the server or its client said first."""
    return str(fault.orig).strip().splitlines()[0]


if __name__ == "__main__":
    main(sys.argv[1:])
