"""One database of one process: SQLite in a file, or PostgreSQL. The same code stands on both.

`writing()` is the only way to change rows and `reading()` the only way to look at them. Whatever
the database refuses for reasons of its own (away, silent, locked, too slow) is `Unavailable`, and
comes within seconds: `chassis.storage.prompt_connection` sees to that.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import CursorResult, DateTime, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from chassis.breaker import Breaker
from chassis.crash import crash_point
from contracts.errors import Unavailable
from contracts.event import to_milliseconds

LOCK_WAIT_SECONDS = 1.0
STATEMENT_SECONDS = 2.0
IDLE_SECONDS = 10.0
"""How long a transaction may ask nothing before PostgreSQL ends it: what a process that is frozen
or cut off had locked is free again after that."""
SILENCES_TO_OPEN = 3
POOL_SIZE = 15
"""More than a process has workers, so that its relay and its other loops never queue for one."""
ANNOUNCED = "an event was put in the outbox"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant in whole milliseconds, as the wire has it: what a page ended with can
    be found again. Also where the database (SQLite) knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Sessions over one engine. Safe to share between threads, and between green threads."""

    def __init__(self, url: str, *, pool_size: int = POOL_SIZE) -> None:
        self.url = make_url(url)
        self._breaker = Breaker(SILENCES_TO_OPEN)
        self.engine = _engine(self.url, pool_size, self._breaker)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._write_engine = self.engine.execution_options(writes=True)
        self._read_engine = _read_engine(self.engine)
        self._quick_engine = self.engine.execution_options(writes=True, is_quick=True)
        # SQLite has one writer. Waiting for it in C would freeze every green thread of the
        # process, the one that holds the lock included; so writers queue up here.
        self._one_writer = threading.Lock()
        self.on_announcement: Callable[[], None] = lambda: None
        """Called after a commit that put an event in the outbox; the relay wakes by it."""

    @contextmanager
    def writing(self, *, outlives_power_cut: bool = True) -> Iterator[Session]:
        """One transaction that commits at the end, or rolls back on any error.

        Nothing inside may wait for anything but this database. What need not outlive a power cut
        (a crash of the process it outlives anyhow) does not wait for the disk at its commit.
        """
        engine = self._write_engine if outlives_power_cut else self._quick_engine
        with (
            self._database_errors(),
            self._writer_turn(),
            Session(engine, expire_on_commit=False) as session,
        ):
            with session.begin():
                yield session
                session.flush()
                _crash_point("transaction.before_commit", of_work=outlives_power_cut)
            _crash_point("transaction.after_commit", of_work=outlives_power_cut)
        if ANNOUNCED in session.info:
            self.on_announcement()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look; what is changed in it by mistake is rolled back."""
        with self._database_errors(), Session(self._read_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _database_errors(self) -> Iterator[None]:
        """IntegrityError is the caller's business; that the database is away or slow is
        Unavailable. One that has kept silent several times is not waited for but once a second."""
        if not self._breaker.lets_through(monotonic()):
            raise Unavailable("the database has not answered for a while")
        try:
            yield
        except IntegrityError:
            raise
        except (OperationalError, PoolTimeout) as error:
            raise Unavailable("the database does not answer in time") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("the connection to the database broke") from error
            raise

    @contextmanager
    def _writer_turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._one_writer.acquire(timeout=LOCK_WAIT_SECONDS):
            raise Unavailable("another write has held the database for too long")
        try:
            yield
        finally:
            self._one_writer.release()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _crash_point(name: str, *, of_work: bool) -> None:
    """Mere marks are made every second, from the start on: a crash there would never let an
    armed process come to the work it is to crash at."""
    if of_work:
        crash_point(name)


def table_of(model: Any) -> Table:
    """The table behind a model, for statements that need no objects."""
    table: Table = model.__table__
    return table


def insert_if_absent(session: Session, model: type[Any], **values: Any) -> bool:
    """Insert a row unless one with its key exists; was it inserted?

    Of two transactions that insert the same key at once, the second waits here for the first.
    """
    insertion = _insertion(table_of(model), session.get_bind().dialect.name)
    inserted: CursorResult[Any] = session.connection().execute(insertion, values)
    return inserted.rowcount == 1


@cache
def _insertion(table: Table, dialect: str) -> Insert:
    """Built once: SQLAlchemy recognises a statement it has compiled by the object quickest."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().inline()
    return statement.execution_options(preserve_rowcount=True)


def _engine(url: URL, pool_size: int, breaker: Breaker) -> Engine:
    if url.get_backend_name() == "sqlite":
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_size=pool_size, pool_timeout=STATEMENT_SECONDS)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = (
        f"-c statement_timeout={int(STATEMENT_SECONDS * 1000)}"
        f" -c lock_timeout={int(LOCK_WAIT_SECONDS * 1000)}"
        f" -c idle_in_transaction_session_timeout={int(IDLE_SECONDS * 1000)}"
        # How soon the server knows of a process that has vanished without a word.
        " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
        " -c timezone=UTC"
    )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=STATEMENT_SECONDS,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 2},
    )
    event.listen(engine, "do_connect", _connecting_promptly(breaker))
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _connecting_promptly(breaker: Breaker) -> Callable[..., Any]:
    # A desk on SQLite need not wait for psycopg to be imported.
    from chassis.storage.prompt_connection import PromptConnection

    def connect(
        _dialect: Any, _record: Any, places: Sequence[Any], options: dict[str, Any]
    ) -> PromptConnection:
        return PromptConnection.open(breaker, *places, **options)

    return connect


def _read_engine(engine: Engine) -> Engine:
    """SQLite's transactions see one state anyhow; PostgreSQL's only when asked to."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # None: the driver starts no transactions of its own; _begin_sqlite does.
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


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    is_quick = options.get("is_quick", False)
    connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if is_quick else 'FULL'}")
    # A deferred transaction that turns into a write fails when somebody wrote in between;
    # an immediate one waits its turn at the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    if connection.get_execution_options().get("is_quick", False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
