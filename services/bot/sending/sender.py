"""Carries what the outbox holds to Telegram: in order, at Telegram's pace, nothing lost.

Telegram knows no idempotency. A message whose fate is unknown is sent once more, marked as a
repeat, and only when Telegram answers again. An edit waits for that as well.
"""

import asyncio
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import NamedTuple

from prometheus_client import Counter, Gauge
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.crash import crash_point
from chassis.files.store import FileStore
from chassis.storage.store import Store
from contracts.errors import Unavailable
from services.bot.group.group_keeper import GroupKeeper
from services.bot.group.topics import Topics
from services.bot.insisting import insist
from services.bot.lanes import Found, Job, Lanes
from services.bot.lease import WorkLease
from services.bot.letters import SUPPORT_BOT
from services.bot.markup import Html
from services.bot.models import OutgoingMessage, Topic
from services.bot.patience import Patience
from services.bot.returning import Arrivals
from services.bot.sending import outgoing_queries
from services.bot.sending.deliveries import Deliveries
from services.bot.sending.outbox import read_buttons
from services.bot.sending.outgoing_files import OutFiles, Shelf
from services.bot.sending.outgoing_queries import GoneMessage, messages_in
from services.bot.sending.pace import MINUTE_SECONDS, Pace
from services.bot.sending.settling import begin, being_sent, recover, settle, take_back
from services.bot.sending.telegram_outcomes import (
    Held,
    Message,
    Moved,
    NotSent,
    Outcome,
    Refused,
    Unknown,
)
from services.bot.sending.telegram_sender import TelegramSender
from services.bot.sending.undelivered import FILE_GONE
from services.bot.speech import Languages

WIDTH = 25
PATIENCE = Patience(first=1.0, longest=30.0)
AFTER_UNKNOWN_SECONDS = 2.0
COUNT_EVERY_SECONDS = 1.0
AWAY_SECONDS = 5.0
"""While the store of files or the database is away, the chat waits: its order is kept."""
COUNTED = timedelta(seconds=MINUTE_SECONDS)
"""What went out so lately counts as if this process had sent it."""

log = get_logger()
outcomes = Counter("bot_messages_total", "Messages by what became of them", ["outcome"])
waiting = Gauge("bot_messages_waiting", "Messages that wait to be sent")


class SendingGroup(NamedTuple):
    """What the sender needs to know of the agents' group."""

    keeper: GroupKeeper
    topics: Topics


class Sender:
    """Looks for messages to send whenever it is woken, and every other second."""

    def __init__(
        self,
        store: Store,
        telegram: TelegramSender,
        languages: Languages,
        deliveries: Deliveries,
        *,
        files: FileStore,
        lease: WorkLease | None = None,
        group: SendingGroup | None = None,
        bot: str = SUPPORT_BOT,
    ) -> None:
        """`bot` says whose messages it carries, at a pace of their own."""
        self._bot = bot
        self._store = store
        self._shelf = Shelf(files)
        self._telegram = telegram
        self._languages = languages
        self._deliveries = deliveries
        self._arrivals = Arrivals(languages.own, store.clock)
        self._lease = lease
        self._group = group
        self._pace = Pace()
        self._pause_until = 0.0
        self._failures = 0
        self._count_at = 0.0
        self._just_now: list[GoneMessage] = []
        self._lanes = Lanes(self._find, self._carry, WIDTH)

    def wake(self) -> None:
        """Something has been put in the outbox. Call it on the event loop."""
        self._lanes.wake()

    async def run(self) -> None:
        """Send until cancelled."""
        await insist(self._recover)
        await self._lanes.run()

    def _recover(self) -> None:
        """Take up what another life of the bot has left, at the pace that it kept."""
        now = self._store.now()
        with self._store.writing() as session:
            if not self._is_ours(session):
                return
            self._just_now += [
                GoneMessage(row.chat_id, now, messages_in(row.files))
                for row in recover(session, self._bot)
            ]
        before = self._store.ask(outgoing_queries.gone_since, now - COUNTED, self._bot)
        at_now = monotonic()
        for chat_id, at, messages in [*before, *self._just_now]:
            at_then = at_now - max((now - at).total_seconds(), 0.0)
            self._pace.remember(chat_id, at_then, messages)
        for chat_id, until in self._store.ask(outgoing_queries.quiet_chats, now, self._bot).items():
            self._pace.hold(chat_id, (until - now).total_seconds(), at_now)

    async def _find(self, busy: frozenset[int], free: int) -> Found:
        now, jobs, rest = monotonic(), list[Job](), float("inf")
        if self._lease is not None and not self._lease.is_held:
            return Found(jobs, rest)
        if now < self._pause_until:
            return Found(jobs, self._pause_until - now)
        if wait := self._pace.overall_wait(now):
            return Found(jobs, wait)
        rest = (crowd_rest := self._pace.crowd_wait(now)) or rest
        for head in await asyncio.to_thread(self._heads, but_crowds=crowd_rest > 0):
            if head.chat_id in busy or len(jobs) == free:
                continue
            wait = self._reserve(head, now)
            rest = min(rest, wait) if wait else rest
            if not wait:
                jobs.append(Job(head.chat_id, head.id))
        return Found(jobs, rest, awaits_turn=rest < float("inf"))

    def _heads(self, *, but_crowds: bool) -> list[outgoing_queries.OutgoingHead]:
        if monotonic() >= self._count_at:
            self._count_at = monotonic() + COUNT_EVERY_SECONDS
            waiting.set(self._store.glance(outgoing_queries.waiting_count))
        ask_for = partial(outgoing_queries.outgoing_heads, bot=self._bot, but_crowds=but_crowds)
        return self._store.glance(ask_for, self._store.now())

    def _reserve(self, head: outgoing_queries.OutgoingHead, now: float) -> float:
        """Take this message's turn, or say how long it has to wait for it."""
        pace, chat_id, is_edit = self._pace, head.chat_id, head.is_edit
        wait = pace.edit_wait(chat_id, now) if is_edit else pace.wait(chat_id, now, head.messages)
        if head.is_for_crowd:
            wait = max(wait, pace.crowd_wait(now))
        if wait:
            return wait
        pace.note_begin(chat_id, head.messages, is_edit=is_edit)
        if head.is_for_crowd:
            pace.note_crowd(now)
        return 0.0

    async def _carry(self, job: Job) -> None:
        try:
            await self._carry_in_turn(job)
        finally:
            self._pace.note_end(job.chat_id, monotonic())

    async def _carry_in_turn(self, job: Job) -> None:
        try:
            row = await asyncio.to_thread(self._begin, job.row_id)
        except Unavailable:
            # It may have been marked as being sent all the same, or may be yet, and was not.
            await insist(self._take_back, job.row_id)
            return
        if row is None:
            return
        crash_point("sender.before_sending")
        outcome = await self._outcome_of(row)
        self._pace.note_end(job.chat_id, monotonic())
        crash_point("sender.after_sending")
        self._note(row, outcome)
        # One that stayed as being sent would hold its chat up until the next start.
        await insist(self._settle, row.id, outcome)
        if row.answer_id is not None:
            await self._deliveries.note_news()

    async def _outcome_of(self, row: OutgoingMessage) -> Outcome:
        """What becomes of sending it, whatever happens: without an end it would hold its chat up
        until the next start."""
        try:
            return await self._send(row)
        except Unavailable as error:
            log.warning("what a message needs is away", key=row.key, error=str(error))
            return Held(AWAY_SECONDS)
        except Exception as error:
            log.exception("a message could not be sent", key=row.key)
            return Unknown(f"{type(error).__name__}: {error}")

    async def _send(self, row: OutgoingMessage) -> Outcome:
        """Raises Unavailable before anything is sent: its files or its topic are not to be had."""
        if _is_in_doubt(row) and not await self._telegram.is_reachable():
            return NotSent("Telegram does not answer")
        files = await asyncio.to_thread(self._shelf.read_out, row)
        if files.gone and row.answer_id is not None:
            return Refused(FILE_GONE)  # whoever answers has to know that it is not the whole
        if row.topic is None:
            return await self._send_to(row, row.thread_id, files)
        place = await self._group.topics.place(row) if self._group else None
        if isinstance(place, Topic):
            return await self._send_to(row, place.thread_id, files)
        return await self._send_to(row, None, files) if place is None else place

    async def _send_to(
        self, row: OutgoingMessage, thread_id: int | None, files: OutFiles
    ) -> Outcome:
        """Send it to a topic of its chat, or to the chat."""
        words = self._languages.of(row.language)
        text = files.told_in(Html(row.text), words)
        if row.is_repeat:
            text = Html(f"{words('bot.repeat_mark')}\n{text}".strip())
        return await self._telegram.send(
            Message(
                chat_id=row.chat_id,
                text=text,
                buttons=read_buttons(row.buttons),
                reply_to=row.reply_to,
                forces_reply=row.forces_reply,
                edits=row.edits,
                photo=row.photo,
                thread_id=thread_id,
                files=files.there,
                is_caption=row.is_caption,
            )
        )

    def _note(self, row: OutgoingMessage, outcome: Outcome) -> None:
        """Adjust the pace to what Telegram said."""
        outcomes.labels(type(outcome).__name__.lower()).inc()
        now = monotonic()
        self._failures = self._failures + 1 if isinstance(outcome, NotSent) else 0
        match outcome:
            case Held(seconds):
                self._pace.hold(row.chat_id, seconds, now)
            case Unknown():
                self._pace.hold(row.chat_id, AFTER_UNKNOWN_SECONDS, now)
            case NotSent(reason):
                pause = PATIENCE.after(self._failures)
                self._pause_until = now + pause
                log.warning("Telegram is not reached", error=reason, pause_seconds=pause)
            case Moved(chat_id):
                log.warning("a group has moved", chat_id=row.chat_id, to=chat_id)

    def _begin(self, row_id: int) -> OutgoingMessage | None:
        with self._store.writing() as session:
            if not self._is_ours(session):
                return None
            return begin(session, row_id, self._languages, self._store.now())

    def _take_back(self, row_id: int) -> None:
        with self._store.writing() as session:
            if self._is_ours(session):
                take_back(session, row_id)

    def _settle(self, row_id: int, outcome: Outcome) -> None:
        """Write down what became of a message, once: a commit may have succeeded though we were
        told otherwise, and of what another replica has taken over that one knows better."""
        now = self._store.now()
        with self._store.writing() as session:
            row = being_sent(session, row_id) if self._is_ours(session) else None
            if row is None:
                log.warning("what became of a message is written already", row_id=row_id)
                return
            chat_id = row.chat_id
            settle(session, row_id, outcome, now)
            self._arrivals.tell(session, row)
            if self._group is not None:
                self._group.keeper.note_outcome(session, row, chat_id, outcome)

    def _is_ours(self, session: Session) -> bool:
        return self._lease is None or self._lease.is_ours(session)


def _is_in_doubt(row: OutgoingMessage) -> bool:
    """Whether Telegram has left us so before; an edit is no repeat, for it does no harm twice."""
    return row.is_repeat or (row.edits is not None and row.tries > 0)
