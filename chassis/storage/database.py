"""One database of one process: SQLite in a file, or PostgreSQL. The same code stands on both.

`writing()` is the only way to change rows; `reading()` and `glancing()` are the only ways to look
at them. Whatever the database refuses for reasons of its own (away, silent, locked, too slow) is
`Unavailable`, and comes within seconds: `chassis.storage.prompt_connection` sees to that.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from time import monotonic
from typing import Any, Never

from sqlalchemy import CursorResult, DateTime, Insert, Row, Select, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.types import TypeDecorator
from structlog import get_logger

from chassis.breaker import Breaker
from chassis.crash import crash_point
from chassis.storage import on_postgresql, on_sqlite
from chassis.storage.limits import LOCK_WAIT_SECONDS
from contracts.errors import Unavailable
from contracts.event import to_milliseconds

SILENCES_TO_OPEN = 3
AT_ONCE = 500
POOL_SIZE = 15
"""More than a process has workers, so that its relay and its other loops never queue for one."""
TAKES_NO_WRITES = "25006"
"""What PostgreSQL says on a standby, and on a primary that was made one under our connections."""
ANNOUNCED = "an event was put in the outbox"
HAS_ASKED = "has asked its one question"

log = get_logger()


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


def after_commit(session: Session, then: Callable[[], None]) -> None:
    """Do this once the transaction has been committed; not at all when it is rolled back."""
    event.listen(session, "after_commit", lambda _: then(), once=True)


class Database:
    """Sessions over one engine. Safe to share between threads, and between green threads."""

    def __init__(self, url: str, *, pool_size: int = POOL_SIZE) -> None:
        self.url = make_url(url)
        self._breaker = Breaker(SILENCES_TO_OPEN)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        kind = on_sqlite if self.is_sqlite else on_postgresql
        self.engine = kind.open_engine(self.url, pool_size, self._breaker)
        self._write_engine = self.engine.execution_options(writes=True)
        self._quick_engine = self.engine.execution_options(writes=True, is_quick=True)
        self._read_engine = self.engine.execution_options(**kind.READING)
        self._glance_engine = self.engine.execution_options(**kind.GLANCING)
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
            self._database_errors(is_to_write=True),
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
        """One consistent look; what is changed in it by mistake is rolled back, or refused."""
        with self._database_errors(), Session(self._read_engine, expire_on_commit=False) as session:
            yield session
            if not self.is_sqlite:
                on_postgresql.end_looking(session)

    @contextmanager
    def glancing(self) -> Iterator[Session]:
        """A look of one statement, which sees one state by itself: no transaction has to be begun
        and ended for it. Raises RuntimeError when more is asked, or anything is changed."""
        with self._database_errors(), _Glance(self._glance_engine) as session:
            yield session

    @contextmanager
    def _database_errors(self, *, is_to_write: bool = False) -> Iterator[None]:
        """IntegrityError is the caller's business; that the database is away or slow is
        Unavailable. One that has kept silent several times is not waited for but once a second."""
        if not self._breaker.lets_through(monotonic()):
            raise Unavailable("the database has not answered for a while")
        try:
            yield
        except IntegrityError:
            raise
        except (OperationalError, PoolTimeout) as error:
            # Whoever is refused is not told more, and nobody else logs it.
            log.warning("the database did not answer", why=str(getattr(error, "orig", error)))
            raise Unavailable("the database does not answer in time") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("the connection to the database broke") from error
            if is_to_write and getattr(error.orig, "sqlstate", None) == TAKES_NO_WRITES:
                self.engine.dispose()  # whoever takes writes now is found by connecting anew
                log.warning("the database takes no writes: is it a standby?")
                raise Unavailable("the database takes no writes") from error
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


class _Glance(Session):
    """A session that asks once and changes nothing."""

    def connection(self, *_: Any, **__: Any) -> Never:
        """What goes by the connection itself could not be watched."""
        raise RuntimeError("a glance asks by its session alone")


@event.listens_for(_Glance, "do_orm_execute")
def _ask_once(asked: ORMExecuteState) -> None:
    if not asked.is_select or HAS_ASKED in asked.session.info:
        raise RuntimeError("a glance asks one question: two may see two states of the database")
    asked.session.info[HAS_ASKED] = True


@event.listens_for(_Glance, "before_flush")
def _change_nothing(*_: object) -> None:
    raise RuntimeError("a glance changes nothing: there is no transaction to be rolled back")


def _crash_point(name: str, *, of_work: bool) -> None:
    """Mere marks are made every second, from the start on: a crash there would never let an
    armed process come to the work it is to crash at."""
    if of_work:
        crash_point(name)


def table_of(model: Any) -> Table:
    """The table behind a model, for statements that need no objects."""
    table: Table = model.__table__
    return table


def plain_rows(
    session: Session, asked: Select[*tuple[Any, ...]], **values: Any
) -> Sequence[Row[Any]]:
    """The rows of a statement on tables (`table_of`): for what is asked with every event, quicker
    than models (docs/adr/0041). What was changed in the session is written first; the models that
    the session has are neither asked nor brought up to date."""
    session.flush()
    return session.execute(asked, values).all()


def insert_if_absent(session: Session, model: type[Any], **values: Any) -> bool:
    """Insert a row unless one with its key exists; was it inserted?

    Of two transactions that insert the same key at once, the second waits here for the first.
    """
    insertion = _insertion_into(session, model)
    inserted: CursorResult[Any] = session.connection().execute(insertion, values)
    return inserted.rowcount == 1


def insert_those_absent(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert each row unless one with its key exists; each has the same columns.

    As many at a time as the database surely takes in before it counts as silent: a connection has
    patience for one exchange, and so many rows are one.
    """
    insertion = _insertion_into(session, model)
    for begin in range(0, len(rows), AT_ONCE):
        session.connection().execute(insertion, rows[begin : begin + AT_ONCE])


def _insertion_into(session: Session, model: type[Any]) -> Insert:
    return _insertion(table_of(model), session.get_bind().dialect.name)


@cache
def _insertion(table: Table, dialect: str) -> Insert:
    """Built once: SQLAlchemy recognises a statement it has compiled by the object quickest."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().inline()
    return statement.execution_options(preserve_rowcount=True)
