"""PostgreSQL: statements and locks that end in time, connections that are known to live."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from chassis.breaker import Breaker
from chassis.storage.limits import IDLE_SECONDS, LOCK_WAIT_SECONDS, STATEMENT_SECONDS

READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
GLANCING = {"isolation_level": "AUTOCOMMIT"}
RESTED_SECONDS = 1.0
"""After so long in the pool a connection is asked whether it lives. One in use tells by itself, and
a question before each transaction would be a fifth of all that is asked."""
RESTED_SINCE = "rested since"
OPTIONS = (
    f"-c statement_timeout={int(STATEMENT_SECONDS * 1000)}"
    f" -c lock_timeout={int(LOCK_WAIT_SECONDS * 1000)}"
    f" -c idle_in_transaction_session_timeout={int(IDLE_SECONDS * 1000)}"
    # How soon the server knows of a process that has vanished without a word.
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c timezone=UTC"
)


def open_engine(url: URL, pool_size: int, breaker: Breaker) -> Engine:
    """An engine that tells the breaker of every answer and every silence."""
    engine = create_engine(
        url,
        hide_parameters=True,  # what people write is not for the log
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=STATEMENT_SECONDS,
        # The last used first: few connections stay warm, each with its prepared statements.
        pool_use_lifo=True,
        connect_args={"options": OPTIONS, "connect_timeout": 2},
    )
    event.listen(engine, "do_connect", _connecting_promptly(breaker))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _rest)
    event.listen(engine, "checkout", _asking_the_rested(engine.dialect))
    return engine


def end_looking(session: Session) -> None:
    """End a transaction that was to read and has not failed. After a rollback psycopg would have
    every statement of the connection prepared anew (docs/adr/0048)."""
    session.expunge_all()  # what was changed by mistake, and the server would refuse
    session.commit()


def _connecting_promptly(breaker: Breaker) -> Callable[..., Any]:
    # A desk on SQLite need not wait for psycopg to be imported.
    from chassis.storage.prompt_connection import PromptConnection

    def connect(
        _dialect: Any, _record: Any, places: Sequence[Any], options: dict[str, Any]
    ) -> PromptConnection:
        return PromptConnection.open(breaker, *places, **options)

    return connect


def _begin(connection: Any) -> None:
    if connection.get_execution_options().get("is_quick", False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _rest(_connection: Any, record: Any) -> None:
    record.info[RESTED_SINCE] = monotonic()


def _asking_the_rested(dialect: Dialect) -> Callable[..., None]:
    """When one is found dead all are given up: they led to the same server."""
    assert dialect.dbapi is not None
    faults = dialect.dbapi.Error

    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        rested_since = record.info.get(RESTED_SINCE)
        if rested_since is None or monotonic() - rested_since < RESTED_SECONDS:
            return
        try:
            with connection.asked_for_life():
                dialect.do_ping(connection)
        except faults as error:
            raise InvalidatePoolError("the connection is dead") from error

    return ask
