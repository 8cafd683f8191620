"""A small Telegram for a test: two bots live in it, and the test plays the people.

    def test_greets(telegram: TelegramWorld) -> None:
        anna = telegram.person(7, "Anna")
        anna.says("/start")
        greeting = anna.receives("Welcome")
        anna.presses(greeting, "Help")

`telegram.url` goes to the bot process as TELEGRAM_API_URL, `telegram.base_url` to
python-telegram-bot as base_url. Everything that waits does so on a condition, with a deadline.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from botapi.channel import Refused
from botapi.client import BotApiClient
from botapi.errors import ControlError
from botapi.server import BotApiServer
from botapi.sights import Call, CallbackAnswer, ChatMessage, Enclosed

SUPPORT_BOT_TOKEN = "1000001:a-support-bot-of-the-tests"
SUPPORT_BOT = "test_support_bot"
MAIN_BOT_TOKEN = "1000002:a-main-bot-of-the-tests"
MAIN_BOT = "teaching_panel_bot"

Condition = Callable[[ChatMessage], bool]


def anything(_: ChatMessage) -> bool:
    """The condition of whoever asks by age and words alone."""
    return True


class TelegramWorld(BotApiClient):
    """The control client with words for tests. Without a name the support bot is meant."""

    def person(
        self,
        person_id: int,
        first_name: str,
        *,
        username: str | None = None,
        language_code: str | None = "ru",
        bot: str = SUPPORT_BOT,
    ) -> "TelegramPerson":
        """Somebody new, who has not written to any bot."""
        self.add_person(person_id, first_name, username=username, language_code=language_code)
        return TelegramPerson(self, person_id, bot)

    def wait_for_message(
        self,
        chat_id: int,
        condition: Condition,
        *,
        within: float = 15.0,
        bot: str = SUPPORT_BOT,
        newer_than: int = 0,
        having: Sequence[str] = (),
    ) -> ChatMessage:
        """The first message of the bot in this chat, as it stands now, that fits. An agent's chat
        has hundreds; what is asked for by age and words is all that is fetched."""

        def look() -> ChatMessage | None:
            said = self.messages(chat_id, bot=bot, newer_than=newer_than, having=having)
            sent = (seen for seen in said if seen.is_from_bot and not seen.is_deleted)
            return next((seen for seen in sent if condition(seen)), None)

        return self.wait_until(look, within, f"a message to chat {chat_id}")

    def wait_for_calls(
        self, method: str, count: int = 1, *, within: float = 15.0, chat_id: int | None = None
    ) -> list[Call]:
        """All calls of a method, as soon as there are so many."""

        def look() -> list[Call] | None:
            calls = self.calls(method, chat_id=chat_id)
            return calls if len(calls) >= count else None

        return self.wait_until(look, within, f"{count} calls of {method}")

    def wait_until_confirmed(self, *, within: float = 15.0, bot: str = SUPPORT_BOT) -> None:
        """Until the bot has confirmed every update."""
        self.wait_until(lambda: self.pending_updates(bot=bot) == 0, within, "updates confirmed")


@dataclass(frozen=True)
class TelegramPerson:
    """One person in a private chat with one bot."""

    world: TelegramWorld
    id: int
    bot: str

    def says(self, text: str, *, reply_to: ChatMessage | None = None) -> ChatMessage:
        quoted = reply_to.id if reply_to else None
        said = self.world.say(self.id, text, bot=self.bot, reply_to=quoted)
        assert said is not None
        return said

    def sends(self, *files: Enclosed, reply_to: ChatMessage | None = None) -> list[ChatMessage]:
        """A file, or several as an album."""
        quoted = reply_to.id if reply_to else None
        return self.world.send(self.id, *files, bot=self.bot, reply_to=quoted)

    def edits(self, message: ChatMessage, text: str) -> ChatMessage:
        return self.world.edit(self.id, message.id, text, bot=self.bot)

    def presses(self, message: ChatMessage, button: str, *, within: float = 15.0) -> CallbackAnswer:
        """Press a button by its text or data and wait for the bot to answer the press."""
        query_id = self.world.press(self.id, message.id, button, bot=self.bot)
        return self.world.wait_until(
            lambda: self.world.callback_answer(query_id), within, f"an answer to {button!r}"
        )

    def blocks_the_bot(self) -> None:
        self.world.block(self.id, bot=self.bot)

    def unblocks_the_bot(self) -> None:
        self.world.unblock(self.id, bot=self.bot)

    def receives(
        self, *parts: str, after: ChatMessage | None = None, within: float = 15.0
    ) -> ChatMessage:
        """Wait for a message with all these parts in its text, newer than `after`."""
        newer_than = after.id if after else 0
        return self.world.wait_for_message(
            self.id, anything, within=within, bot=self.bot, newer_than=newer_than, having=parts
        )

    def sees(
        self, message: ChatMessage, condition: Condition, *, within: float = 15.0
    ) -> ChatMessage:
        """Wait for a face of that message, of this chat, that fits."""

        def fits(one: ChatMessage) -> bool:
            return one.id == message.id and condition(one)

        newer_than = message.id - 1
        return self.world.wait_for_message(
            self.id, fits, within=within, bot=self.bot, newer_than=newer_than
        )

    def file_of(self, message: ChatMessage) -> bytes:
        """The file of a message of this chat."""
        return self.world.file(self.id, message.id, bot=self.bot)

    def received(self) -> list[ChatMessage]:
        """What the bot has sent so far and not deleted, the oldest first."""
        seen = self.world.messages(self.id, bot=self.bot)
        return [message for message in seen if message.is_from_bot and not message.is_deleted]


class NearWorld(TelegramWorld):
    """One that is served by this process, and asked without a request: tests look at it after
    every change, and two requests for each look were most of what their processes did."""

    def __init__(self, server: BotApiServer) -> None:
        super().__init__(server.url)
        self._control = server.control

    def post(self, action: str, **body: Any) -> Any:
        try:
            return _copied(self._control.perform(action, _copied(body)))
        except ControlError as error:
            raise Refused(str(error)) from None


def _copied(given: Any) -> Any:
    """As it would arrive over a wire, and nobody's but the receiver's."""
    return json.loads(json.dumps(given))


def populated(world: TelegramWorld) -> TelegramWorld:
    """The same, with the two bots."""
    world.add_bot(SUPPORT_BOT_TOKEN, SUPPORT_BOT, "Support")
    world.add_bot(MAIN_BOT_TOKEN, MAIN_BOT, "Teaching panel")
    return world


@contextmanager
def running_telegram() -> Iterator[TelegramWorld]:
    """A Telegram in a thread of this process, for as long as the block lasts."""
    with BotApiServer() as server:
        yield populated(NearWorld(server))


@pytest.fixture
def telegram() -> Iterator[TelegramWorld]:
    """An empty Telegram for one test."""
    with running_telegram() as world:
        yield world
