"""One person's chat with the desk's bot on the local Bot API server."""

import time
from pathlib import Path

from botapi.channel import Gone
from botapi.client import BotApiClient
from botapi.sights import Button, ChatMessage
from cli.enclosing import SEND, enclosed, suffix_of
from cli.people import LOCAL_BOT, LocalPerson, join

_SETTLED_SECONDS = 0.6
"""A bot's answer may come in several messages."""
_LONG_ANSWER, _PACE_SECONDS = 1_000, 1.6
"""Behind so many characters there may be more that waits for the pace of a chat, which is one
message a second: what comes too late would pass for the answer to the next line."""


class NoSuchButton(Exception):
    """There is nothing to press by that number."""


class Conversation:
    """What the person does, and what the bot has said that the person has not read.

    What was read is remembered in a file, so that the next chat shows only what is new.
    """

    def __init__(self, api: BotApiClient, person: LocalPerson, marker: Path) -> None:
        self._api = api
        self._person = person
        self._marker = marker
        self._read_until = float(marker.read_text()) if marker.exists() else 0.0
        self.is_new = join(api, person)

    def do(self, line: str) -> str | None:
        """Carry out a typed line: `#2` presses, `>text` replies, `/file` sends files, all else is
        said. Raises NoSuchButton, NoSuchFile, Refused.

        Returns an identity for `callback_words` after a press.
        """
        if line.startswith("#") and line[1:].strip().isdigit():
            return self._press(int(line[1:]))
        reply_to = None
        if line.startswith(">"):
            line, reply_to = line[1:].strip(), self._newest().id
        if line.partition(" ")[0] == SEND:
            files = enclosed(line.removeprefix(SEND))
            self._api.send(self._person.id, *files, bot=LOCAL_BOT, reply_to=reply_to)
        else:
            self._api.say(self._person.id, line, bot=LOCAL_BOT, reply_to=reply_to)
        return None

    def unread(self) -> list[ChatMessage]:
        """The bot's messages and edits since the last time; they count as read from now on."""
        news = [
            message
            for message in self._spoken_by_bot()
            if (message.edited_at or message.sent_at) > self._read_until
        ]
        if news:
            self._read_until = max(message.edited_at or message.sent_at for message in news)
            self._marker.write_text(repr(self._read_until))
        return news

    def saved_file(self, message: ChatMessage) -> Path | None:
        """The message's file on the disk, since a terminal cannot show it."""
        if message.file is None:
            return None
        data = self._api.file(self._person.id, message.id, bot=LOCAL_BOT)
        suffix = suffix_of(data, message.file.name)
        path = self._marker.with_name(f"{self._marker.stem}-{message.id}{suffix}")
        path.write_bytes(data)
        return path

    def wait_for_news(self, seconds: float) -> list[ChatMessage]:
        """What the bot says within this time, with a moment more for the rest of it."""
        news = self._wait(seconds)
        while news and (more := self._wait(_rest_after(news[-1]))):
            news += more
        return news

    def is_possible(self) -> bool:
        """Does the local Telegram answer?"""
        try:
            self._api.revision()
        except Gone:
            return False
        return True

    def callback_words(self, callback: str, seconds: float) -> str | None:
        """The words that flash up when the bot has answered a pressed button."""
        deadline = time.monotonic() + seconds
        revision = self._api.revision()
        while (answer := self._api.callback_answer(callback)) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            revision = self._api.wait_for_change(revision, left)
        return answer.text or None

    def _wait(self, seconds: float) -> list[ChatMessage]:
        deadline = time.monotonic() + seconds
        revision = self._api.revision()
        while not (news := self.unread()):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            revision = self._api.wait_for_change(revision, left)
        return news

    def _press(self, number: int) -> str:
        for message in reversed(self._spoken_by_bot()):
            if buttons := list(message.buttons):
                return self._press_on(message, buttons, number)
        raise NoSuchButton("No message has buttons.")

    def _press_on(self, message: ChatMessage, buttons: list[Button], number: int) -> str:
        if not 1 <= number <= len(buttons):
            raise NoSuchButton(f"The newest message with buttons has {len(buttons)} of them.")
        button = buttons[number - 1]
        if button.data is None:
            raise NoSuchButton(f"That button only leads to {button.url}")
        return self._api.press(self._person.id, message.id, button.data, bot=LOCAL_BOT)

    def _newest(self) -> ChatMessage:
        spoken = self._spoken_by_bot()
        if not spoken:
            raise NoSuchButton("The bot has said nothing yet.")
        return spoken[-1]

    def _spoken_by_bot(self) -> list[ChatMessage]:
        return [
            message
            for message in self._api.messages(self._person.id, bot=LOCAL_BOT)
            if message.is_from_bot and not message.is_deleted
        ]


def _rest_after(message: ChatMessage) -> float:
    """How long to wait for what may follow it."""
    return _PACE_SECONDS if len(message.text) >= _LONG_ANSWER else _SETTLED_SECONDS
