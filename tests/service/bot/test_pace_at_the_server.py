"""Pace and order as Telegram sees them, while it refuses, fails, hangs and hangs up.

A failure is printed with the `seed` of what was drawn; SUPPORT_TEST_SEED repeats it.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from chassis.clock import SystemClock
from chassis.storage.database import Database
from chassis.storage.store import Store
from services.bot.files.enclosures import ALBUM_SIZE, Enclosure, write_files
from services.bot.letters import Rank
from services.bot.models import OutgoingMessage
from services.bot.sending.outbox import SENT
from services.bot.sending.pace import GROUP_MINUTE
from tests.support.botapi import TelegramWorld, running_telegram
from tests.support.migrated import KINDS, Migrated
from tests.support.telegram_traffic import CLOCKS_DIFFER, TROUBLES, Traffic

RANKS = (Rank.NOTICE, Rank.ANSWER, Rank.NOTICE, Rank.ANSWER)
GROUP = -1_000_000_000_077
SECONDS = 60.0


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramWorld]:
    with running_telegram() as world:
        yield world


@pytest.fixture(params=KINDS)
def traffic(
    request: pytest.FixtureRequest, migrated: Migrated, telegram: TelegramWorld, tmp_path: Path
) -> Iterator[Traffic]:
    telegram.forget()
    with migrated.database("bot", request.param, tmp_path) as url:
        store = Store(Database(url), SystemClock())
        yield Traffic(store, telegram)
        store.database.close()


@pytest.mark.parametrize("traffic", ["sqlite"], indirect=True)
@pytest.mark.parametrize("draw", range(3))
def test_order_and_pace_hold_and_nothing_is_lost_whatever_telegram_does(
    traffic: Traffic, seed: int, draw: int
) -> None:
    lot = random.Random(f"{seed} {draw}")
    chat_ids = range(1, lot.randint(30, 40) + 1)
    traffic.meets(GROUP, *chat_ids)
    traffic.posts(GROUP, *RANKS)
    for chat_id in chat_ids:
        traffic.is_troubled(chat_id, *lot.choices(TROUBLES, k=lot.randint(1, 3)), retry_after=2)
        traffic.posts(chat_id, *RANKS)

    traffic.flows(2 * SECONDS)  # beside other tests

    assert traffic.faults() == []


def test_a_chat_that_telegram_holds_up_or_leaves_in_doubt_holds_up_no_other(
    traffic: Traffic,
) -> None:
    traffic.meets(1, 2, 3, 4)
    traffic.is_troubled(1, "429", retry_after=10 * int(SECONDS))
    traffic.is_troubled(2, "hang", "429")
    for chat_id in (1, 2, 3, 4):
        traffic.posts(chat_id, *RANKS)

    traffic.flows(SECONDS, 2, 3, 4)

    assert [call.status for call in traffic.calls(1)] == [429]
    assert traffic.faults() == [f"{name} is lost" for name in traffic.posted[1]]


def test_a_refused_edit_waits_as_long_as_asked_and_holds_up_no_other_chat(traffic: Traffic) -> None:
    traffic.meets(1, 2)
    traffic.posts(1, Rank.ANSWER)
    traffic.flows(SECONDS)
    traffic.has_edits_refused(1, retry_after=3)
    traffic.edits(1)
    traffic.posts(2, *RANKS)

    traffic.flows(SECONDS)

    refused, taken = traffic.world.calls("editMessageText", chat_id=1)
    assert (refused.status, taken.status) == (429, 200)
    assert taken.at - refused.at >= 3 - CLOCKS_DIFFER
    assert max(call.at for call in traffic.calls(2)) < taken.at + 2


def test_what_a_group_got_before_a_restart_counts_in_its_minute(traffic: Traffic) -> None:
    traffic.meets(GROUP, 1)
    traffic.posts(GROUP, *[Rank.ANSWER] * (GROUP_MINUTE - ALBUM_SIZE + 1))
    album = write_files([Enclosure("0" * 64, "image/png", "a.png", 9)] * ALBUM_SIZE)
    just_now = traffic.store.now() - timedelta(seconds=50)
    with traffic.store.writing() as session:
        session.execute(update(OutgoingMessage).values(state=SENT, settled_at=just_now))
        session.scalars(select(OutgoingMessage).limit(1)).one().files = album
    traffic.posts(GROUP, Rank.ANSWER)
    traffic.posts(1, Rank.NOTICE)

    traffic.flows(SECONDS)

    (to_group,), (to_person,) = traffic.calls(GROUP), traffic.calls(1)
    assert to_group.at - just_now.timestamp() >= 60 - CLOCKS_DIFFER
    assert to_group.at - to_person.at > 5
