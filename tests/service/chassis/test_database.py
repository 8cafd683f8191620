"""The same promises on SQLite and on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, literal, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from chassis.storage import on_postgresql
from chassis.storage.database import Database, insert_if_absent
from chassis.storage.tables import InboxRow
from contracts.errors import Unavailable
from tests.support.ledger.messages import booked
from tests.support.ledger.rows import Entry


def entries(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Entry.text)))


def test_an_error_rolls_everything_back(database: Database) -> None:
    with suppress(RuntimeError), database.writing() as session:
        session.add(Entry(text="bread"))
        session.flush()
        raise RuntimeError("after the row")

    assert entries(database) == []


def test_what_is_changed_while_reading_does_not_last(database: Database) -> None:
    with suppress(Exception), database.reading() as session:
        session.add(Entry(text="bread"))
        session.flush()

    assert entries(database) == []


def test_what_a_reader_changes_without_a_word_is_forgotten(database: Database) -> None:
    with database.reading() as session:
        session.add(Entry(text="bread"))

    assert entries(database) == []


def test_what_was_prepared_for_one_look_serves_the_next(postgres_url: str) -> None:
    database = Database(postgres_url)
    for _ in range(10):
        with database.reading() as session:
            session.scalar(select(literal(7)))

    with database.reading() as session:
        prepared = session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    database.close()
    assert prepared


def test_a_reader_sees_one_state_although_others_write(database: Database) -> None:
    with database.reading() as session:
        before = session.scalars(select(Entry.text)).all()
        with ThreadPoolExecutor(1) as thread:
            thread.submit(write, database, "bread").result()
        after = session.scalars(select(Entry.text)).all()

    assert before == after == []
    assert entries(database) == ["bread"]


def test_a_glance_sees_what_is_committed_and_asks_no_second_question(database: Database) -> None:
    write(database, "bread")

    with database.glancing() as session:
        seen = session.scalars(select(Entry.text)).all()
        with pytest.raises(RuntimeError, match="one question"):
            session.scalars(select(Entry.text))

    assert seen == ["bread"]


def test_a_glance_changes_nothing(database: Database) -> None:
    with database.glancing() as session:
        session.add(Entry(text="bread"))
        with pytest.raises(RuntimeError, match="changes nothing"):
            session.flush()
    with pytest.raises(RuntimeError, match="one question"), database.glancing() as session:
        session.execute(insert(Entry).values(text="milk"))
    with pytest.raises(RuntimeError, match="session alone"), database.glancing() as session:
        announce(session, booked("eggs"))

    assert entries(database) == []


def test_a_reader_sees_one_state_after_somebody_glanced_by_the_same_connection(
    database: Database,
) -> None:
    with database.glancing() as session:
        session.scalars(select(Entry.text)).all()

    test_a_reader_sees_one_state_although_others_write(database)


def write(database: Database, words: str) -> None:
    with database.writing() as session:
        session.add(Entry(text=words))


def test_instants_come_back_in_utc_and_whole_milliseconds(database: Database) -> None:
    event = booked("")
    moscow = timezone(timedelta(hours=3))
    with database.writing() as session:
        handled_at = datetime(2026, 3, 2, 12, 0, 0, 123_999, tzinfo=moscow)
        session.add(InboxRow(event_id=event.event_id, handler="h", handled_at=handled_at))

    with database.reading() as session:
        found = session.scalars(select(InboxRow.handled_at)).one()

    assert found == datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_search_ignores_case_in_every_alphabet(database: Database) -> None:
    write(database, "ОПЛАТА Visa")

    with database.reading() as session:
        found = session.scalars(select(Entry.text).where(Entry.text.icontains("оплата vISA"))).all()

    assert found == ["ОПЛАТА Visa"]


def test_writers_in_threads_lose_nothing(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: write(database, str(number)), range(200)))

    assert sorted(entries(database), key=int) == [str(number) for number in range(200)]


def test_a_row_is_inserted_once(database: Database) -> None:
    event = booked("")
    row = {"event_id": event.event_id, "handler": "h", "handled_at": event.occurred_at}

    with database.writing() as session:
        assert insert_if_absent(session, InboxRow, **row)
        assert not insert_if_absent(session, InboxRow, **row)
        assert insert_if_absent(session, InboxRow, **{**row, "handler": "another"})


def test_the_relay_is_woken_after_the_commit_and_only_then(database: Database) -> None:
    woken: list[int] = []
    database.on_announcement = lambda: woken.append(len(entries(database)))

    write(database, "quiet")
    with database.writing() as session:
        session.add(Entry(text="told"))
        announce(session, booked("told"))
        session.flush()
        assert woken == []
    with suppress(RuntimeError), database.writing() as session:
        announce(session, booked("never"))
        raise RuntimeError("rolled back")

    assert woken == [2], "once, and by then both rows could be seen"


def test_a_lock_that_is_held_for_long_is_unavailable(database: Database) -> None:
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with database.writing() as session:
            lock(session)
            is_held.set()
            may_end.wait(10)

    with ThreadPoolExecutor(1) as thread:
        holding = thread.submit(hold)
        is_held.wait(5)
        with pytest.raises(Unavailable), database.writing() as session:
            lock(session)
        may_end.set()
        holding.result()


def lock(session: Session) -> None:
    """On SQLite the transaction itself is the lock."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE entries"))


def test_a_duplicate_is_the_callers_business(database: Database) -> None:
    event = booked("")
    row = {"event_id": event.event_id, "handler": "h", "handled_at": event.occurred_at}
    with database.writing() as session:
        session.add(InboxRow(**row))

    with pytest.raises(IntegrityError) as error, database.writing() as session:
        session.add(InboxRow(**row))

    assert "parameters hidden" in str(error.value), "people's words would come into the log"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_slow_statement_is_unavailable(database: Database) -> None:
    with pytest.raises(Unavailable), database.reading() as session:
        session.execute(text("SELECT pg_sleep(5)"))


def test_a_commit_waits_for_the_disk_unless_it_need_not_outlive_a_power_cut(
    database: Database,
) -> None:
    is_sqlite = database.is_sqlite
    asked = text("PRAGMA synchronous" if is_sqlite else "SHOW synchronous_commit")
    with database.reading() as session:
        usual = 2 if is_sqlite else session.scalar(asked)

    with database.writing(outlives_power_cut=False) as session:
        assert session.scalar(asked) == (1 if is_sqlite else "off")
    with database.writing() as session:
        assert session.scalar(asked) == usual


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connections_that_rested_while_the_server_ended_them_are_not_used(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_postgresql, "RESTED_SECONDS", 0.0)
    write(database, "bread")
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda word: write(database, word), ["milk", "eggs", "salt"]))

    end_connections(database)

    assert len(entries(database)) == 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_takes_no_writes_is_unavailable_until_another_does(
    database: Database,
) -> None:
    """As after a failover: the connections lead to a server that is a standby now."""
    refuse_writes_of_new_connections(database, is_on=True)
    with database.engine.connect() as rested:
        rested.exec_driver_sql("SET default_transaction_read_only = on")
        rested.commit()
    for _ in range(2):  # by the old connection, and by a new one to the same server
        with pytest.raises(Unavailable):
            write(database, "bread")
    refuse_writes_of_new_connections(database, is_on=False)

    write(database, "milk")

    assert entries(database) == ["milk"]


def refuse_writes_of_new_connections(database: Database, *, is_on: bool) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    default = f"default_transaction_read_only = {is_on}"
    with other.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(f'ALTER DATABASE "{database.url.database}" SET {default}')
    other.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_in_use_that_the_server_ends_is_unavailable_once(database: Database) -> None:
    write(database, "bread")

    end_connections(database)

    with pytest.raises(Unavailable):
        write(database, "milk")
    write(database, "eggs")
    assert entries(database) == ["bread", "eggs"]


def end_connections(database: Database) -> None:
    """As a server that restarts does."""
    other = Database(database.url.render_as_string(hide_password=False))
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    ending = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    with other.writing() as session:
        session.execute(ending)
    other.close()
