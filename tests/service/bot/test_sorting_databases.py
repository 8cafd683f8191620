"""On a PostgreSQL that sorts texts as people do, as most are installed, nothing is otherwise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.clock import SetClock
from chassis.storage.database import Database
from chassis.storage.migrate import upgrade
from chassis.storage.store import Store
from cli.postgres import PrivatePostgres
from contracts.vocabulary import Priority
from tests.support.bot_events import edited, hear, raised
from tests.support.bot_rows import ANNA, NOON, FewWords, Rows


@pytest.fixture
def rows(postgres: PrivatePostgres, tmp_path: Path) -> Iterator[Rows]:
    """The bot's rows in a database that passes over punctuation, as English dictionaries do."""
    url = postgres.create_sorting_database("bot_in_english", "en-u-ka-shifted")
    upgrade("bot", url)
    clock = SetClock(NOON)
    store = Store(Database(url), clock)
    yield Rows(store, clock, tmp_path / "files")
    store.database.close()
    postgres.drop_database("bot_in_english")


def test_it_does_sort_so(rows: Rows) -> None:
    with rows.store.reading() as session:
        is_between = session.scalar(text("SELECT 'a:b' BETWEEN 'a:' AND 'a;'"))

    assert is_between is False


def test_edits_within_a_minute_change_the_notice_on_its_way(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    hear(rows, edited("Раз"))
    rows.clock.advance(seconds=10)

    hear(rows, edited("Два", 3))

    (row,) = rows.all()
    assert "Два" in row.text


def test_edits_within_a_minute_edit_the_notice_in_the_chat(rows: Rows) -> None:
    rows.knows_agents(ANNA)
    telegram = FewWords()
    hear(rows, edited("Раз"))
    rows.sends(telegram, rows.all_settled)
    rows.clock.advance(seconds=10)

    hear(rows, edited("Два", 3))
    rows.sends(telegram, rows.all_settled)

    assert [sent.edits for sent in telegram.sent] == [None, 1001]


def test_who_changes_their_mind_to_and_fro_is_told_of_once_a_minute(rows: Rows) -> None:
    rows.knows_agents(ANNA)

    for version in range(2, 6):
        hear(rows, raised(version, Priority.P1 if version % 2 == 0 else Priority.P3))

    assert len(rows.all()) == 1
