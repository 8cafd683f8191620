"""A database that neither answers nor refuses: frozen, or behind a network that swallows words."""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, make_url, select

from chassis.clock import SystemClock
from chassis.storage.database import SILENCES_TO_OPEN, Database, insert_those_absent
from chassis.storage.prompt_connection import PromptConnection
from chassis.storage.tables import InboxRow
from contracts.errors import Unavailable
from tests.support.ledger.rows import Entry, create_tables
from tests.support.waiting import wait_until
from tests.support.wire import Wire

SLACK_SECONDS = 1.5


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    with Wire(make_url(postgres_url).port or 5432) as wire:
        yield wire


@pytest.fixture
def database(postgres_url: str, wire: Wire) -> Iterator[Database]:
    database = Database(wire.instead_of(postgres_url))
    create_tables(database.engine)
    yield database
    database.close()


def write(database: Database, words: str) -> None:
    with database.writing() as session:
        session.add(Entry(text=words))


def is_written(database: Database, words: str) -> bool:
    try:
        write(database, words)
    except Unavailable:
        return False
    return True


def entries(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Entry.text)))


def seconds_until_unavailable(act: Callable[[], None]) -> float:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        act()
    return time.monotonic() - began


def test_silence_before_a_transaction_is_noticed_within_three_seconds(
    database: Database, wire: Wire
) -> None:
    write(database, "bread")

    wire.swallow()

    assert seconds_until_unavailable(lambda: write(database, "milk")) < 3 + SLACK_SECONDS


def test_silence_within_a_transaction_is_noticed_soon_after_a_statement_should_have_ended(
    database: Database, wire: Wire
) -> None:
    def fall_silent_after_the_first_row() -> None:
        with database.writing() as session:
            session.add(Entry(text="bread"))
            session.flush()
            wire.swallow()
            session.add(Entry(text="milk"))

    assert seconds_until_unavailable(fall_silent_after_the_first_row) < 2.5 + SLACK_SECONDS

    wire.heal()
    assert entries(database) == []


def test_after_a_few_silences_nobody_waits_but_one_a_second(database: Database, wire: Wire) -> None:
    write(database, "bread")
    wire.swallow()
    with ThreadPoolExecutor(SILENCES_TO_OPEN) as threads:
        list(threads.map(lambda _: is_written(database, "milk"), range(SILENCES_TO_OPEN)))

    waits = [seconds_until_unavailable(lambda: write(database, "eggs")) for _ in range(3)]

    assert min(waits) < 0.5


def test_after_healing_it_goes_on_with_new_connections(database: Database, wire: Wire) -> None:
    write(database, "bread")
    wire.swallow()
    with ThreadPoolExecutor(8) as threads:
        assert not any(threads.map(lambda _: is_written(database, "milk"), range(8)))

    wire.heal()

    wait_until(lambda: is_written(database, "eggs"), 5)
    assert entries(database) == ["bread", "eggs"]


def test_many_rows_are_no_silence(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them together take longer than any answer may."""
    monkeypatch.setattr(PromptConnection, "patience", 0.5)
    now = SystemClock().now()
    rows = [
        {"event_id": uuid.UUID(int=number), "handler": "h", "handled_at": now}
        for number in range(40_000)
    ]

    began = time.monotonic()
    with database.writing() as session:
        insert_those_absent(session, InboxRow, rows)

    assert time.monotonic() - began > PromptConnection.patience
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == len(rows)
