"""What the bot's sender does at a real Bot API server that gives trouble, and how to judge it.

Times are the server's own: when a call reached it.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.request import HTTPXRequest

from botapi.sights import Call
from chassis.files.store import FileStore
from chassis.storage.store import Store
from services.bot.letters import Edit, Letter, Rank
from services.bot.markup import Html
from services.bot.models import OutgoingMessage
from services.bot.sending.deliveries import Deliveries
from services.bot.sending.outbox import SENDING, UNKNOWN, WAITING, post
from services.bot.sending.pace import GROUP_MINUTE, OVERALL_SECOND
from services.bot.sending.sender import Sender
from services.bot.sending.telegram_sender import BotApiSender
from tests.support.bot_rows import LANGUAGES, Tickets
from tests.support.botapi import SUPPORT_BOT, SUPPORT_BOT_TOKEN, TelegramWorld

READ_SECONDS = 1.0
HANG_SECONDS = 1.4
FOUNDER = 7_000_000
TROUBLES = ("none", "429", "500", "cut after", "cut before", "hang")
LEAVE_IN_DOUBT = frozenset({"500", "cut after", "cut before", "hang"})
"""After these nobody knows whether the message was taken."""
MARK = "🔁"
CLOCKS_DIFFER = 0.01
"""Seconds by which the server's clock and the sender's may drift apart while this runs."""
METHODS = ("sendMessage", "sendPhoto", "editMessageText")


@dataclass(frozen=True)
class Sent:
    """A message by its name, which says whether its text bore the mark of a repeat."""

    name: str
    is_marked: bool


@dataclass
class Traffic:
    """Messages to many chats, what troubles them, and what becomes of them."""

    store: Store
    world: TelegramWorld
    posted: dict[int, list[str]] = field(default_factory=dict)
    """The names of the messages to each chat, in the order of posting."""
    doubts: Counter[int] = field(default_factory=Counter)
    """How often a chat is left in doubt about what became of a message."""
    retry_after: dict[int, int] = field(default_factory=dict)
    """For how many seconds a chat is to be left alone when it is refused."""

    def meets(self, *chat_ids: int) -> None:
        """People start the bot, groups take it in."""
        self.world.add_person(FOUNDER, "Основатель")
        for chat_id in chat_ids:
            if chat_id < 0:
                self.world.add_group(chat_id, "Группа", people=[FOUNDER], bots=[SUPPORT_BOT])
            else:
                self.world.person(chat_id, f"Человек {chat_id}").says("/start")

    def posts(self, chat_id: int, *ranks: Rank) -> None:
        """One message of each rank, all at once."""
        names = self.posted.setdefault(chat_id, [])
        with self.store.writing() as session:
            for rank in ranks:
                name = f"{chat_id}/{rank.name}/{len(names)}"
                names.append(name)
                letter = Letter(chat_id, Html(f"Письмо {name}"), rank)
                post(session, letter, name, self.store.now())

    def edits(self, chat_id: int) -> None:
        """The last message of a chat gets another face, which names it as before."""
        last = self.world.messages(chat_id, bot=SUPPORT_BOT)[-1]
        edit = Edit(chat_id, last.id, Html(f"Иначе: {last.text}"))
        with self.store.writing() as session:
            post(session, edit, f"edit of {last.id} in {chat_id}", self.store.now())

    def has_edits_refused(self, chat_id: int, *, retry_after: int) -> None:
        self.retry_after[chat_id] = retry_after
        self.world.refuse("editMessageText", 429, retry_after=retry_after, chat_id=chat_id)

    def is_troubled(self, chat_id: int, *troubles: str, retry_after: int = 1) -> None:
        """What the next messages to a chat meet, one after the other."""
        world, method = self.world, "sendMessage"
        self.retry_after[chat_id] = retry_after
        self.doubts[chat_id] += sum(trouble in LEAVE_IN_DOUBT for trouble in troubles)
        for trouble in troubles:
            match trouble:
                case "429":
                    world.refuse(method, 429, retry_after=retry_after, chat_id=chat_id)
                case "500":
                    world.refuse(method, 500, chat_id=chat_id)
                case "cut after" | "cut before":
                    has_effect = trouble == "cut after"
                    world.cut(method, has_effect=has_effect, chat_id=chat_id)
                case _:
                    seconds = HANG_SECONDS if trouble == "hang" else 0.0
                    world.hang(method, seconds, chat_id=chat_id)

    def flows(self, within: float, *chat_ids: int) -> None:
        """Let a new sender work until nothing waits any more, or nothing for these chats."""
        asyncio.run(self._flow(within, chat_ids or tuple(self.posted)))

    async def _flow(self, within: float, chat_ids: Sequence[int]) -> None:
        request = HTTPXRequest(connection_pool_size=40, read_timeout=READ_SECONDS)
        bot = Bot(SUPPORT_BOT_TOKEN, base_url=self.world.base_url, request=request)
        deliveries = Deliveries(self.store, Tickets(), bot_id=1)  # type: ignore[arg-type]
        files = FileStore("memory://nothing")
        sender = Sender(self.store, BotApiSender(bot), LANGUAGES, deliveries, files=files)
        working = asyncio.create_task(sender.run())
        try:
            async with asyncio.timeout(within):
                while await asyncio.to_thread(self.store.ask, _waiting, chat_ids):
                    await asyncio.wait([working], timeout=0.1)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await bot.shutdown()

    def calls(self, chat_id: int | None = None) -> list[Call]:
        """Every message and edit that reached the server, in order."""
        return [call for call in self.world.calls(chat_id=chat_id) if call.method in METHODS]

    def shown(self, chat_id: int) -> list[Sent]:
        """What the chat shows, in order."""
        seen = self.world.messages(chat_id, bot=SUPPORT_BOT)
        texts = (message.text for message in seen if message.is_from_bot)
        return [Sent(text.rpartition(" ")[2], text.startswith(MARK)) for text in texts]

    def faults(self) -> list[str]:
        """Every promise about order, loss, repeats and pace that did not hold, in words."""
        given_up = self.given_up()
        of_chats = (
            fault for chat_id in self.posted for fault in self._faults_in(chat_id, given_up)
        )
        return [*of_chats, *self._faults_of_pace()]

    def given_up(self) -> set[str]:
        """The names of what nobody knows after its repeat either."""
        with self.store.reading() as session:
            keys = session.scalars(
                select(OutgoingMessage.key).where(OutgoingMessage.state == UNKNOWN)
            )
            return {key.rpartition(":")[0] for key in keys}

    def _faults_in(self, chat_id: int, given_up: set[str]) -> Iterator[str]:
        shown = self.shown(chat_id)
        firsts = list(dict.fromkeys(sent.name for sent in shown))
        for name in self.posted[chat_id]:
            copies = [sent.is_marked for sent in shown if sent.name == name]
            if not copies and name not in given_up:
                yield f"{name} is lost"
            if len(copies) > 2 or copies[1:] == [False] or copies == [True, True]:
                yield f"{name} is shown {len(copies)} times, marked {copies}"
        if sum(sent.is_marked for sent in shown) > self.doubts[chat_id]:
            yield f"{chat_id} has more repeats than doubts"
        for rank in Rank:
            of_rank = [name for name in firsts if f"/{rank.name}/" in name]
            if of_rank != sorted(of_rank, key=_number):
                yield f"{chat_id} has {rank.name} in the order {of_rank}"

    def _impatience(self, chat_id: int) -> Iterator[str]:
        for refused, next_one in pairwise(self.calls(chat_id)):
            waited, asked = next_one.at - refused.at, self.retry_after.get(chat_id, 0)
            if refused.status == 429 and waited < asked - CLOCKS_DIFFER:
                yield f"{chat_id} was called {waited:.3f} s after a refusal for {asked} s"

    def _faults_of_pace(self) -> Iterator[str]:
        if (most := most_within(1.0, moments_of(self.calls()))) > OVERALL_SECOND:
            yield f"{most} calls in one second"
        for chat_id in self.posted:
            yield from self._impatience(chat_id)
            moments = moments_of(self.calls(chat_id))
            if (gap := shortest_gap(moments)) < 1 - CLOCKS_DIFFER:
                yield f"{chat_id} was called after {gap:.3f} s"
            if chat_id < 0 and (most := most_within(60.0, moments)) > GROUP_MINUTE:
                yield f"{chat_id} was called {most} times in a minute"


def _waiting(session: Session, chat_ids: Sequence[int]) -> bool:
    """Does anything wait for these chats?"""
    waiting = select(OutgoingMessage.id).where(
        OutgoingMessage.state.in_((WAITING, SENDING)), OutgoingMessage.chat_id.in_(chat_ids)
    )
    return session.scalars(waiting.limit(1)).first() is not None


def most_within(seconds: float, moments: Sequence[float]) -> int:
    """How many lie in the fullest stretch of so many seconds."""
    least = seconds - CLOCKS_DIFFER
    return max((sum(begin <= at < begin + least for at in moments) for begin in moments), default=0)


def shortest_gap(moments: Sequence[float]) -> float:
    return min((after - before for before, after in pairwise(moments)), default=float("inf"))


def moments_of(calls: Sequence[Call]) -> list[float]:
    """When they reached the server."""
    return [call.at for call in calls]


def _number(name: str) -> int:
    return int(name.rpartition("/")[2])
