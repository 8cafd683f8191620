"""Updates that the bot asks Telegram for: each stored before it is confirmed, understood or not."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from services.bot.lease import WorkLease
from services.bot.models import StoredUpdate
from services.bot.receiving.poller import Poller
from services.bot.receiving.update_store import UpdateStore
from services.bot.telegram_link import make_bot
from tests.support.bot_desk import BotDesk
from tests.support.bot_rows import IVAN, Rows
from tests.support.botapi import (
    SUPPORT_BOT,
    SUPPORT_BOT_TOKEN,
    TelegramPerson,
    TelegramWorld,
    running_telegram,
)

ODD = {"odd": 1}


@pytest.fixture
def telegram() -> Iterator[TelegramWorld]:
    with running_telegram() as world:
        yield world


def polls(rows: Rows, telegram: TelegramWorld) -> None:
    """Poll until everything is confirmed."""

    async def story() -> None:
        lease = WorkLease(rows.store)
        await lease.take(lambda: None)
        bot = make_bot(SUPPORT_BOT_TOKEN, telegram.base_url)
        await bot.initialize()
        updates = UpdateStore(rows.store, bot_id=1)
        polling = asyncio.create_task(Poller(bot, updates, lambda: None, lease).run())
        await asyncio.to_thread(telegram.wait_until_confirmed)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await bot.shutdown()

    asyncio.run(story())


def kept(rows: Rows) -> list[tuple[int, dict[str, object]]]:
    """The chat of every stored update, and what it tells."""
    with rows.store.reading() as session:
        stored = session.scalars(select(StoredUpdate).order_by(StoredUpdate.id))
        return [(row.chat_id, json.loads(row.body)) for row in stored]


def test_an_update_that_is_not_understood_is_kept_and_holds_nothing_up(
    rows: Rows, telegram: TelegramWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    ivan = telegram.person(IVAN, "Иван")
    ivan.says("Раз")
    telegram.bring("message", ODD, bot=SUPPORT_BOT)
    ivan.says("Два")

    polls(rows, telegram)

    (_, first), odd, (_, last) = kept(rows)
    assert [told["message"]["text"] for told in (first, last)] == ["Раз", "Два"]
    assert odd == (0, {"update_id": odd[1]["update_id"], "message": ODD})
    assert "an update was not understood" in capsys.readouterr().out


def test_a_desk_goes_on_after_an_update_that_it_does_not_understand(
    desk: BotDesk, ivan: TelegramPerson
) -> None:
    desk.telegram.bring("message", ODD, bot=SUPPORT_BOT)

    ivan.receives("принято", after=ivan.says("Помогите"))

    desk.telegram.wait_until_confirmed()
