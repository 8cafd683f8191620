"""Updates are kept before they are confirmed, each once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Update

from chassis.clock import SystemClock
from chassis.storage.database import Database
from chassis.storage.migrate import differences, is_current
from services.bot import lease, memory, queries
from services.bot.lease import LeaseLost, WorkLease
from services.bot.models import Base, Lease, StoredUpdate
from services.bot.queries import update_heads
from services.bot.receiving import update_store
from services.bot.receiving.update_store import UpdateStore
from tests.support.bot_rows import NOON, Rows
from tests.support.migrated import address_of


def update(update_id: int, *, chat_id: int = 9, written_at: datetime | None = None) -> Update:
    at = written_at or SystemClock().now()
    person = {"id": chat_id, "is_bot": False, "first_name": "Иван"}
    chat = {"id": chat_id, "type": "private"}
    body = {
        "message_id": update_id,
        "date": int(at.timestamp()),
        "chat": chat,
        "from": person,
        "text": "😀 \ud83d",
    }
    parsed = Update.de_json({"update_id": update_id, "message": body}, None)
    assert parsed is not None
    return parsed


def test_migrations_make_what_the_models_say(database: Database) -> None:
    url = address_of(database)

    assert is_current("bot", url)
    assert differences(url, Base.metadata) == []


def test_an_update_that_comes_twice_is_kept_once(rows: Rows) -> None:
    updates = UpdateStore(rows.store, bot_id=1)

    updates.keep(update(5))
    updates.keep(update(5))
    UpdateStore(rows.store, bot_id=2).keep(update(5))

    assert len(rows.store.ask(update_heads)) == 1
    (head,) = rows.store.ask(update_heads)
    assert updates.load(head.id).bot_id == 1


def test_each_chat_keeps_its_order(rows: Rows) -> None:
    updates = UpdateStore(rows.store, bot_id=1)
    for number, chat_id in ((1, 9), (2, 8), (3, 9)):
        updates.keep(update(number, chat_id=chat_id))

    heads = rows.store.ask(update_heads)
    with rows.store.writing() as session:
        update_store.settle(session, heads[0].id)

    assert [updates.load(head.id).update_id for head in heads] == [1, 2]
    after = rows.store.ask(update_heads)
    assert [updates.load(head.id).update_id for head in after] == [2, 3]


def test_what_waits_for_a_neighbour_that_is_away_hides_nobody_elses(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "HEADS_AT_ONCE", 3)
    updates = UpdateStore(rows.store, bot_id=1)
    for number in (1, 2, 3):
        updates.keep(update(number, chat_id=number))
    for place, head in enumerate(rows.store.ask(update_heads)):
        updates.try_again(head.id, NOON + timedelta(seconds=9 - place), "away")

    updates.keep(update(4, chat_id=4))
    updates.keep(update(5, chat_id=1))

    heads = rows.store.ask(update_heads)
    assert [updates.load(head.id).update_id for head in heads] == [4, 3, 2]


def test_a_replica_that_was_overtaken_writes_nothing_more_of_what_it_had_in_hand(
    rows: Rows,
) -> None:
    mine = WorkLease(rows.store)
    updates = UpdateStore(rows.store, bot_id=1, lease=mine)
    updates.keep(update(1))
    asyncio.run(mine.take(lambda: None))
    (head,) = rows.store.ask(update_heads)
    updates.remember_route(head.id, 1, "7")
    with rows.store.writing() as session:
        session.get_one(Lease, lease.WORK).holder = "another"

    for late in (
        lambda: updates.load(head.id),
        lambda: updates.remember_route(head.id, 1, "8"),
        lambda: updates.remember_files(head.id, "{}"),
        lambda: updates.try_again(head.id, NOON, "away"),
    ):
        with pytest.raises(LeaseLost):
            late()

    updates.keep(update(2))
    with rows.store.reading() as session:
        row = session.get_one(StoredUpdate, head.id)
    assert (row.route, row.files, row.next_try_at, row.first_tried_at) == ("7", None, None, None)


def test_a_message_that_waited_at_telegram_counts_from_when_it_was_written(rows: Rows) -> None:
    updates = UpdateStore(rows.store, bot_id=1)

    updates.keep(update(1, chat_id=1))
    updates.keep(update(2, chat_id=2, written_at=datetime.now(UTC) - timedelta(hours=1)))

    fresh, old = (updates.load(head.id) for head in rows.store.ask(update_heads))
    assert fresh.received_at == NOON
    assert timedelta(minutes=59) < NOON - old.received_at < timedelta(minutes=61)


def test_what_was_done_is_forgotten_after_two_days_and_what_waits_is_not(rows: Rows) -> None:
    updates = UpdateStore(rows.store, bot_id=1)
    updates.keep(update(1, chat_id=1))
    updates.keep(update(2, chat_id=2))
    done, waits = rows.store.ask(update_heads)
    with rows.store.writing() as session:
        update_store.settle(session, done.id)
        memory.forget_old(session, NOON + timedelta(hours=49))

    updates.keep(update(1, chat_id=1))

    heads = rows.store.ask(update_heads)
    assert {head.chat_id for head in heads} == {1, 2}
    assert waits.id in {head.id for head in heads}


def test_after_two_quiet_days_no_update_gets_the_number_of_one_that_was_answered(
    rows: Rows,
) -> None:
    updates = UpdateStore(rows.store, bot_id=1)
    updates.keep(update(1))
    (before,) = rows.store.ask(update_heads)
    with rows.store.writing() as session:
        update_store.settle(session, before.id)
        memory.forget_old(session, NOON + timedelta(hours=49))

    updates.keep(update(2))

    (after,) = rows.store.ask(update_heads)
    assert after.id > before.id
