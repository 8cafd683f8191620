"""The whole small Telegram, in memory, under one lock.

Whoever reads or changes it holds `changed`; whoever watches it waits on it. Those who bring
updates to the bots wait on `updated`, under the same lock: most changes do not concern them.
Ids start from the seconds of the clock: a bot keeps the ids it has seen over a restart of this
server, and would take a new message with an old id for one it has handled.
"""

import time
from dataclasses import dataclass
from threading import Condition, Event, RLock

from botapi.calls import CallLog
from botapi.conversations import Conversation, Message
from botapi.errors import ControlError, chat_not_found, unauthorized
from botapi.faults import FaultList
from botapi.files import FileShelf
from botapi.people import Bot, Chat, Group, Person
from botapi.updates import UpdateFeed
from botapi.wire import Json

MESSAGE_IDS_SINCE = 1_767_225_600  # the first second of 2026 keeps message ids short


@dataclass
class Callback:
    """A pressed button and the bot's answer to it."""

    id: str
    bot: Bot
    message: Message
    is_expired: bool = False
    answer: Json | None = None


class World:
    def __init__(self) -> None:
        lock = RLock()
        self.changed = Condition(lock)
        self.updated = Condition(lock)
        self.revision = 0
        self.closing = Event()
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.callbacks: dict[str, Callback] = {}
        self.calls = CallLog()
        self.faults = FaultList()
        self.files = FileShelf()
        self._conversations: dict[tuple[int, int], Conversation] = {}

    def now(self) -> float:
        return time.time()

    def touch(self) -> None:
        """Wake everybody who watches."""
        self.revision += 1
        self.changed.notify_all()

    def close(self) -> None:
        """Send home everybody who waits: the server stops."""
        with self.changed:
            self.closing.set()
            self.changed.notify_all()
            self.updated.notify_all()

    def open(self) -> None:
        """Begin again after `close`; who was sent home holds the old event and stays so."""
        self.closing = Event()

    def register_bot(self, token: str, username: str, first_name: str = "") -> Bot:
        """Let a bot live here; the same token again only renames it."""
        if not token.partition(":")[0].isdecimal() or not token.partition(":")[2]:
            raise ControlError("a bot token looks like 123456:letters")
        bot = self.bots.get(token)
        if bot is None:
            feed = UpdateFeed(int(self.now()), self.updated)
            bot = Bot(token, username, first_name or username, feed)
            self.bots[token] = bot
        bot.username, bot.first_name = username, first_name or username
        return bot

    def bot_by_token(self, token: str) -> Bot:
        bot = self.bots.get(token)
        if bot is None:
            raise unauthorized()
        return bot

    def bot_named(self, username: str | None) -> Bot:
        """The bot with this username; with one bot alone the name may be left out."""
        named = [bot for bot in self.bots.values() if username in (None, bot.username)]
        if len(named) != 1:
            raise ControlError(f"name one of the bots: {self._usernames()}, not {username!r}")
        return named[0]

    def person(self, person_id: int) -> Person:
        if person_id not in self.people:
            raise ControlError(f"there is no person {person_id}")
        return self.people[person_id]

    def group(self, group_id: int) -> Group:
        if group_id not in self.groups:
            raise ControlError(f"there is no group {group_id}")
        return self.groups[group_id]

    def find_chat(self, chat_id: int) -> Chat | None:
        return self.people.get(chat_id) or self.groups.get(chat_id)

    def conversation(self, bot: Bot, chat_id: int) -> Conversation:
        """The bot's side of a chat, whether or not the bot may write there."""
        chat = self.find_chat(chat_id)
        if chat is None:
            raise chat_not_found()
        key = (bot.id, chat_id)
        if key not in self._conversations:
            first_id = max(int(self.now()) - MESSAGE_IDS_SINCE, 1)
            self._conversations[key] = Conversation(bot, chat, first_id)
        conversation = self._conversations[key]
        conversation.chat = chat
        return conversation

    def forget(self) -> None:
        """Back to the beginning, with the bots alone; ids go on."""
        for bot in self.bots.values():
            bot.updates.clear()
            bot.updates.allow(())
            bot.commands.clear()
            bot.webhook = None
        for conversation in self._conversations.values():
            conversation.is_met = conversation.is_blocked = False
            conversation.messages.clear()
        for known in (self.people, self.groups, self.callbacks):
            known.clear()
        self.calls.clear()
        self.files.clear()
        self.faults.disarm()

    def _usernames(self) -> str:
        return ", ".join(sorted(bot.username for bot in self.bots.values())) or "none yet"
