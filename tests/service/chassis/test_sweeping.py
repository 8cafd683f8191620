"""What is over and done with is forgotten; what still has to be published never is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import event, select

from chassis.storage.database import Database
from chassis.storage.store import Store
from chassis.storage.sweeping import sweep
from chassis.storage.tables import AttemptRow, CommandRow, InboxRow, OutboxRow
from tests.support.ledger.rows import create_tables

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=40)
LATELY = NOW - timedelta(days=3)


def test_old_rows_go_and_young_ones_stay(store: Store) -> None:
    with store.writing() as session:
        for instant in (LONG_AGO, LATELY):
            session.add(_event(created_at=instant, published_at=instant))
            session.add(InboxRow(event_id=uuid4(), handler="x", handled_at=instant))
            session.add(AttemptRow(event_id=uuid4(), handler="x", begun=2, begun_at=instant))
            row = CommandRow(command_id=str(instant), fingerprint="", result="", done_at=instant)
            session.add(row)

    with store.writing() as session:
        gone = sweep(session, NOW - timedelta(days=30))

    with store.reading() as session:
        assert gone == 4
        assert session.scalars(select(OutboxRow.created_at)).all() == [LATELY]
        assert session.scalars(select(InboxRow.handled_at)).all() == [LATELY]
        assert session.scalars(select(AttemptRow.begun_at)).all() == [LATELY]
        assert session.scalars(select(CommandRow.done_at)).all() == [LATELY]


def test_an_event_that_waits_to_be_published_stays_however_old(store: Store) -> None:
    with store.writing() as session:
        session.add(_event(created_at=LONG_AGO, published_at=None))

    with store.writing() as session:
        assert sweep(session, NOW) == 0

    with store.reading() as session:
        assert len(session.scalars(select(OutboxRow)).all()) == 1


def test_nothing_is_read_through_to_find_what_is_old(tmp_path: Path) -> None:
    """Or on a large desk every sweep would stop the process for as long as that takes. PostgreSQL,
    whose planner knows how few rows there are, is not asked."""
    database = Database(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    create_tables(database.engine)
    deletions: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("DELETE"):
            deletions.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.writing() as session:
        sweep(session, NOW)
        ask = session.connection().exec_driver_sql
        plans = [str(ask(f"EXPLAIN QUERY PLAN {said}", of).all()) for said, of in deletions]

    assert len(plans) == 4
    assert [plan for plan in plans if "SCAN" in plan] == []


def _event(*, created_at: datetime, published_at: datetime | None) -> OutboxRow:
    return OutboxRow(
        event_id=uuid4(),
        type="thing.done.v1",
        body="{}",
        mandatory=False,
        created_at=created_at,
        published_at=published_at,
        tries=0,
    )
