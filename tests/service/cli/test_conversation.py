"""What `./support chat` makes of a picture, which a terminal cannot show."""

import asyncio
from pathlib import Path

import pytest
from telegram import Bot

from cli.conversation import Conversation
from cli.people import LOCAL_BOT, person
from cli.rendering import rendered
from tests.support.botapi import SUPPORT_BOT_TOKEN, TelegramWorld, running_telegram
from tests.support.pictures import picture


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg")])
def test_a_picture_is_saved_beside_the_marker_and_named_in_the_chat(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    with running_telegram() as telegram:
        telegram.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        conversation = Conversation(telegram, person("agent", "ru"), tmp_path / "chat-agent.read")

        asyncio.run(_send(telegram, picture(kind=kind)))

        seen, words = conversation.wait_for_news(5)
        saved = conversation.saved_photo(seen)
        assert saved is not None
        assert (saved.parent, saved.suffix) == (tmp_path, suffix)
        assert saved.read_bytes() == picture(kind=kind)
        shown = rendered(seen, in_colour=False, photo=saved)
        assert shown == f"{LOCAL_BOT}: Показатели\n  [photo 90×60, saved as {saved}]"
        assert conversation.saved_photo(words) is None


async def _send(telegram: TelegramWorld, photo: bytes) -> None:
    async with Bot(SUPPORT_BOT_TOKEN, base_url=telegram.base_url) as bot:
        agent = person("agent", "ru").id
        await bot.send_photo(agent, photo, caption="Показатели")
        await bot.send_message(agent, "и слова")
