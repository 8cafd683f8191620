"""Files in `./support chat`: a terminal cannot show them, and sends them by their paths."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from telegram import Bot

from cli.chat import chat
from cli.conversation import Conversation
from cli.desk import Desk
from cli.enclosing import NoSuchFile, suffix_of
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
        saved = conversation.saved_file(seen)
        assert saved is not None
        assert (saved.parent, saved.suffix) == (tmp_path, suffix)
        assert saved.read_bytes() == picture(kind=kind)
        shown = rendered(seen, in_colour=False, saved=saved)
        assert shown == f"{LOCAL_BOT}: Показатели\n  [photo 90×60, saved as {saved}]"
        assert conversation.saved_file(words) is None


@pytest.mark.parametrize(
    ("name", "data", "suffix"),
    [
        ("n.TXT", b"?", ".txt"),
        ("архив.tar.gz", b"?", ".gz"),
        ("x.../../y", b"%PDF", ".pdf"),
        ("so it. was", b"?", ".bin"),
        (None, b"OggS", ".oga"),
    ],
)
def test_a_saved_file_ends_as_its_sender_named_it(
    name: str | None, data: bytes, suffix: str
) -> None:
    assert suffix_of(data, name) == suffix


def test_the_rest_of_a_long_answer_is_waited_for_at_the_pace_of_a_chat(tmp_path: Path) -> None:
    with running_telegram() as telegram:
        telegram.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        conversation = Conversation(telegram, person("user", "ru"), tmp_path / "chat-user.read")
        answering = threading.Thread(target=asyncio.run, args=[_answer_in_parts(telegram)])

        answering.start()
        news = conversation.wait_for_news(5)
        answering.join()

    assert [len(message.text) for message in news] == [4_000, 4_000, 8]


@pytest.fixture
def chatting(tmp_path: Path) -> Iterator[tuple[TelegramWorld, Conversation]]:
    with running_telegram() as telegram:
        telegram.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        yield telegram, Conversation(telegram, person("user", "ru"), tmp_path / "chat-user.read")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("экран 1.png", "photo"),
        ("a.JPG", "photo"),
        ("clip.mp4", "video"),
        ("fun.gif", "animation"),
        ("words.oga", "voice"),
        ("song.mp3", "audio"),
        ("bill.pdf", "document"),
        ("bill", "document"),
    ],
)
def test_a_file_is_sent_as_what_its_name_says_with_words_under_it(
    chatting: tuple[TelegramWorld, Conversation], tmp_path: Path, name: str, kind: str
) -> None:
    telegram, conversation = chatting
    (tmp_path / name).write_bytes(picture())

    conversation.do(f'/file "{tmp_path / name}" вот "он" & всё')

    said = telegram.messages(person("user", "ru").id, bot=LOCAL_BOT)[-1]
    assert said.file is not None
    assert (said.file.kind, said.text) == (kind, 'вот "он" & всё')


def test_several_files_are_sent_as_an_album_and_may_reply(
    chatting: tuple[TelegramWorld, Conversation], tmp_path: Path
) -> None:
    telegram, conversation = chatting
    user = person("user", "ru").id
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(picture())
    asyncio.run(_ask(telegram, user))

    conversation.do(f">/file {tmp_path / 'a.png'} {tmp_path / 'b.png'} оба")

    asked, first, second = telegram.messages(user, bot=LOCAL_BOT)[-3:]
    assert first.album is not None
    assert first.album == second.album
    assert (first.text, second.text) == ("оба", "")
    assert (first.reply_to, second.reply_to) == (asked.id, asked.id)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/file", "Usage: /file PATH"),
        ("/file нет.png", "There is no file 'нет.png'"),
        ("/file .", "There is no file '.'"),
    ],
)
def test_what_is_no_file_is_told_and_nothing_is_sent(
    chatting: tuple[TelegramWorld, Conversation], line: str, reason: str
) -> None:
    telegram, conversation = chatting

    with pytest.raises(NoSuchFile, match=reason):
        conversation.do(line)

    assert len(telegram.messages(person("user", "ru").id, bot=LOCAL_BOT)) == 1


@pytest.mark.parametrize(("typed", "code"), [("привет\n", 0), ("/file нет.png\nпривет\n#1\n", 1)])
def test_piped_lines_end_with_an_error_when_one_of_them_could_not_be_carried_out(
    tmp_path: Path, typed: str, code: int
) -> None:
    desk = Desk(tmp_path)
    desk.make()
    with running_telegram() as telegram, desk.held():
        telegram.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        desk.remember({"TELEGRAM_API_URL": telegram.url})

        ran = CliRunner().invoke(chat, ["--wait", "0.1", "--data-dir", str(tmp_path)], input=typed)

        said = [one.text for one in telegram.messages(person("user", "ru").id, bot=LOCAL_BOT)]

    assert (ran.exit_code, said) == (code, ["/start", "привет"])
    assert ("There is no file" in ran.output) is bool(code)
    assert ran.output.count("No answer within 0.1 s.") == 1


async def _ask(telegram: TelegramWorld, user: int) -> None:
    async with Bot(SUPPORT_BOT_TOKEN, base_url=telegram.base_url) as bot:
        await bot.send_message(user, "Что на экране?")


async def _send(telegram: TelegramWorld, photo: bytes) -> None:
    async with Bot(SUPPORT_BOT_TOKEN, base_url=telegram.base_url) as bot:
        agent = person("agent", "ru").id
        await bot.send_photo(agent, photo, caption="Показатели")
        await bot.send_message(agent, "и слова")


async def _answer_in_parts(telegram: TelegramWorld) -> None:
    async with Bot(SUPPORT_BOT_TOKEN, base_url=telegram.base_url) as bot:
        user = person("user", "ru").id
        for text in ("а" * 4_000, "б" * 4_000):
            await bot.send_message(user, text)
            await asyncio.sleep(1.05)  # a chat takes one message a second
        await bot.send_message(user, "the rest")
