"""SQLite in a file: one writer, readers beside it, on disk at the commit."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL

from chassis.breaker import Breaker
from chassis.storage.limits import LOCK_WAIT_SECONDS, STATEMENT_SECONDS

READING: dict[str, Any] = {}
"""A transaction sees one state anyhow."""
GLANCING = {"is_glance": True}


def open_engine(url: URL, pool_size: int, _breaker: Breaker) -> Engine:
    """An engine whose transactions are begun as their execution options say."""
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # what people write is not for the log
        pool_size=pool_size,
        pool_timeout=STATEMENT_SECONDS,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    # None: the driver starts no transactions of its own; _begin does.
    connection.isolation_level = None
    # SQLite's own knows the Latin alphabet only, and searching ignores case through it.
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={int(LOCK_WAIT_SECONDS * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("is_glance", False):
        return
    if not options.get("writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    is_quick = options.get("is_quick", False)
    connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if is_quick else 'FULL'}")
    # A deferred transaction that turns into a write fails when somebody wrote in between;
    # an immediate one waits its turn at the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
