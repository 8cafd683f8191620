"""What is old is let go of, a little at a time, and whatever the database does meanwhile."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage import sweeping
from chassis.storage.store import Store
from contracts.errors import Unavailable
from services.bot import forgetting, memory
from services.bot.forgetting import Forgetting
from services.bot.letters import MAIN_BOT, SUPPORT_BOT, Letter, Rank
from services.bot.markup import Html
from services.bot.models import KnownVersion
from services.bot.sending import outbox
from services.bot.sending.outbox import DROPPED, WAITING
from tests.support.bot_rows import ANNA, BORIS, IVAN, FewWords, Rows

DAY = timedelta(days=1)


def forgets(rows: Rows, *, is_idle: bool = False) -> None:
    asyncio.run(Forgetting(rows.store, DAY, is_idle=is_idle).forget())


def states(rows: Rows) -> list[str]:
    return [row.state for row in rows.all()]


def has_said(rows: Rows, *chat_ids: int) -> None:
    rows.post(*(Letter(one, Html("Здравствуйте")) for one in chat_ids))
    rows.sends(FewWords(), rows.all_settled)


def test_what_is_old_goes_in_as_many_steps_as_it_takes(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 1)
    has_said(rows, ANNA, BORIS, IVAN)
    rows.clock.advance(days=31)
    rows.post(Letter(IVAN, Html("Снова здравствуйте")))

    forgets(rows)

    assert [row.text for row in rows.all()] == ["Снова здравствуйте"]


class AwayAtFirst(Store):
    def __init__(self, rows: Rows) -> None:
        super().__init__(rows.store.database, rows.clock)
        self.refused = 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if not self.refused:
            self.refused += 1
            raise Unavailable("another write has held the database for too long")
        with super().writing() as session:
            yield session


def test_a_database_that_is_away_does_not_end_it(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "EVERY_SECONDS", 0.01)
    has_said(rows, ANNA)
    rows.clock.advance(days=31)
    store = AwayAtFirst(rows)

    async def story() -> None:
        forgetting_it = asyncio.create_task(Forgetting(store, DAY, is_idle=False).run())
        async with asyncio.timeout(10):
            while await asyncio.to_thread(rows.all):
                await asyncio.wait([forgetting_it], timeout=0.01)
                assert not forgetting_it.done()
        forgetting_it.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting_it

    asyncio.run(story())

    assert store.refused == 1


def test_what_the_main_bot_could_not_tell_for_a_day_it_does_not_tell(rows: Rows) -> None:
    rows.post(
        *(Letter(IVAN, Html("Ответ"), Rank.ANSWER, bot=bot) for bot in (MAIN_BOT, SUPPORT_BOT))
    )
    rows.clock.advance(days=1, seconds=1)
    rows.post(Letter(IVAN, Html("Ответ"), Rank.ANSWER, bot=MAIN_BOT))

    forgets(rows)

    assert states(rows) == [DROPPED, WAITING, WAITING]


def test_without_a_token_news_is_none_any_more_after_a_day(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 1)
    rows.post(*(Letter(ANNA, Html("Новое"), rank) for rank in Rank if rank > Rank.REPLY))
    rows.clock.advance(days=1, seconds=1)
    rows.post(Letter(ANNA, Html("Новое"), Rank.NOTICE))

    forgets(rows, is_idle=True)

    assert states(rows) == [DROPPED] * 5 + [WAITING]


def test_without_a_token_what_was_said_to_whoever_asked_waits(rows: Rows) -> None:
    rows.post(
        Letter(IVAN, Html("Ответ"), Rank.ANSWER),
        Letter(IVAN, Html("Справка"), Rank.REPLY),
        Letter(IVAN, Html("Исправлено"), Rank.BROADCAST, is_to_requester=True),
    )
    rows.clock.advance(days=8)

    forgets(rows, is_idle=True)

    assert states(rows) == [WAITING] * 3


def test_with_a_token_all_that_waits_is_told_however_late(rows: Rows) -> None:
    rows.post(Letter(ANNA, Html("Новое"), Rank.NOTICE))
    rows.clock.advance(days=8)

    forgets(rows)

    assert states(rows) == [WAITING]


def test_versions_are_remembered_for_a_month_after_the_last(rows: Rows) -> None:
    def is_news(subject: str, version: int) -> bool:
        with rows.store.writing() as session:
            return memory.is_news(session, subject, version, rows.clock.now())

    is_news("cycle:1", 5)
    is_news("cycle:2", 5)
    rows.clock.advance(days=20)
    is_news("cycle:2", 6)
    rows.clock.advance(days=11)

    forgets(rows)

    with rows.store.reading() as session:
        known = [row.subject for row in session.scalars(select(KnownVersion))]
    assert known == ["cycle:2"]
    assert not is_news("cycle:2", 5)
