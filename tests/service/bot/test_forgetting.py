"""What is old is let go of, a little at a time, and whatever the database does meanwhile."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from chassis.storage import sweeping
from chassis.storage.store import Store
from contracts.errors import Unavailable
from services.bot import forgetting
from services.bot.forgetting import Forgetting
from services.bot.letters import Letter
from services.bot.markup import Html
from tests.support.bot_rows import ANNA, BORIS, IVAN, FewWords, Rows

DAY = timedelta(days=1)


def forgets(rows: Rows) -> None:
    asyncio.run(Forgetting(rows.store, DAY).forget())


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
        forgetting_it = asyncio.create_task(Forgetting(store, DAY).run())
        async with asyncio.timeout(10):
            while await asyncio.to_thread(rows.all):
                await asyncio.wait([forgetting_it], timeout=0.01)
                assert not forgetting_it.done()
        forgetting_it.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting_it

    asyncio.run(story())

    assert store.refused == 1
