"""Handles what was stored: each chat in its order, each update with its whole effect or none."""

import asyncio
import json
from contextlib import nullcontext
from datetime import datetime, timedelta

from prometheus_client import Counter
from structlog import get_logger
from structlog.contextvars import bound_contextvars
from telegram import Update

from chassis.crash import crash_point
from chassis.events.attempts import MOST_TRIES
from contracts.errors import ContractError, Unavailable
from services.bot import dispatch, queries, returning
from services.bot.asking import Ask, Office, Reply
from services.bot.files.sent_files import TakenIn
from services.bot.lanes import LONGEST_REST_SECONDS, Found, Job, Lanes
from services.bot.lease import LeaseLost, WorkLease
from services.bot.markup import Html, escape, mention
from services.bot.models import StoredUpdate
from services.bot.receiving import deadly, parsing, update_store
from services.bot.receiving.albums import rest_of_album, whole_at
from services.bot.receiving.parsing import Deed, Incoming
from services.bot.sending.outbox import post
from services.bot.sending.telegram_sender import BotApiSender

WIDTH = 16
RETRY_AFTER = timedelta(seconds=1)
LONGEST_WAIT_SECONDS = 2.0
GATHERING = "the rest of its album may still come"

log = get_logger()
handled = Counter("bot_updates_total", "Updates by what became of them", ["outcome"])


class Worker:
    """Takes updates from the store and carries them out."""

    def __init__(
        self,
        office: Office,
        telegram: BotApiSender,
        bot_id: int,
        username: str,
        *,
        lease: WorkLease | None = None,
        look_seconds: float = LONGEST_REST_SECONDS,
    ) -> None:
        """`look_seconds`: how often to look for what another replica may have stored."""
        self._office = office
        self._look_seconds = look_seconds
        self._lease = lease
        self._telegram = telegram
        self._bot_id = bot_id
        self._username = username
        self._lanes = Lanes(self._find, self._work, WIDTH)
        self._one_suspect = asyncio.Lock()

    def wake(self) -> None:
        """An update has been stored. Call it on the event loop."""
        self._lanes.wake()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._lanes.run()

    async def _find(self, busy: frozenset[int], free: int) -> Found:
        now, jobs, rest = self._office.store.now(), list[Job](), self._look_seconds
        if self._lease is not None and not self._lease.is_held:
            return Found(jobs, rest)
        for head in await asyncio.to_thread(self._office.store.glance, queries.update_heads):
            if head.chat_id in busy or len(jobs) == free:
                continue
            if wait := _wait(head.next_try_at or now, now):
                rest = min(rest, wait)
            else:
                jobs.append(Job(head.chat_id, head.id, is_suspect=head.begun > 0))
        return Found(jobs, rest)

    async def _work(self, job: Job) -> None:
        """What may have ended a process is worked on alone, lest others be taken for it."""
        async with self._one_suspect if job.is_suspect else nullcontext():
            row = await asyncio.to_thread(self._office.updates.load, job.row_id)
            with bound_contextvars(request_id=f"tg-{row.update_id}"):
                await self._work_on(row)

    async def _work_on(self, row: StoredUpdate) -> None:
        if row.begun > MOST_TRIES:
            await asyncio.to_thread(self._give_up_deadly, row)
            return
        crash_point("update.before_handling")
        incoming = self._read(row)
        if incoming is None:
            await asyncio.to_thread(self._finish, row, None, Reply())
            return
        others = await self._rest_of_album(row)
        whole = whole_at(row, others)
        if whole is not None and _wait(whole, self._office.store.now()):
            await asyncio.to_thread(self._office.updates.try_again, row.id, whole, GATHERING)
        else:
            read = [(one.id, self._read(one)) for one in others]
            album = [(row_id, one) for row_id, one in read if one is not None]
            await self._handle(row, parsing.joined(incoming, album) if album else incoming)

    def _read(self, row: StoredUpdate) -> Incoming | None:
        """What an update says. One that cannot be read says nothing: it would block its chat."""
        try:
            update = Update.de_json(json.loads(row.body), None)
            return parsing.read(update, self._bot_id) if update is not None else None
        except Exception:
            log.exception("an update could not be read", update_id=row.update_id)
            return None

    async def _rest_of_album(self, row: StoredUpdate) -> list[StoredUpdate]:
        if row.album is None:
            return []
        return await asyncio.to_thread(self._office.store.ask, rest_of_album, row)

    async def _handle(self, row: StoredUpdate, incoming: Incoming) -> None:
        ask = await self._ask(row, incoming)
        reply, error = await self._reply_to(row, ask)
        if reply is not None:
            await self._answer_press(ask, reply)
            await asyncio.to_thread(self._finish, row, incoming, reply, error)
        handled.labels("later" if reply is None else "failed" if error else "done").inc()

    async def _ask(self, row: StoredUpdate, incoming: Incoming) -> Ask:
        office = self._office
        agent = await office.roster.named(incoming.who.id, incoming.who.name)
        words = office.languages.own if agent else office.languages.of(incoming.who.language)
        return Ask(
            office=office,
            incoming=incoming,
            words=words,
            agent=agent,
            received_at=row.received_at,
            now=office.store.now(),
            bot_id=self._bot_id,
            row_id=row.id,
            first_tried_at=row.first_tried_at or row.stored_at,
            route=row.route,
            taken_in=TakenIn.read(row.files) if row.files else None,
        )

    async def _reply_to(self, row: StoredUpdate, ask: Ask) -> tuple[Reply | None, str | None]:
        """The reply, and the error if it is only an excuse; no reply: it is to be tried again."""
        try:
            return await dispatch.handle(ask, self._username), None
        except Unavailable as error:
            limit = dispatch.patience(ask, self._username)
            return await self._put_off(row, ask, error, limit)
        except LeaseLost:
            raise
        except Exception as error:
            log.exception("an update could not be handled", update_id=row.update_id)
            limit = min(dispatch.patience(ask, self._username), dispatch.A_WHILE)
            is_command = limit < dispatch.A_WHILE or ask.agent is not None
            return await self._put_off(row, ask, error, 0.0 if is_command else limit)

    async def _put_off(
        self, row: StoredUpdate, ask: Ask, error: Exception, limit: float
    ) -> tuple[Reply | None, str | None]:
        assert row.first_tried_at is not None
        tried_seconds = (ask.now - row.first_tried_at).total_seconds()
        reason = f"{type(error).__name__}: {error}"
        if tried_seconds >= limit:
            excuse = error if isinstance(error, ContractError) else ContractError(reason)
            return dispatch.give_up(ask, excuse, self._username), reason
        log.warning("an update waits for a neighbour", update_id=row.update_id, error=reason)
        await asyncio.to_thread(self._leave_for_later, row, ask, reason, tried_seconds)
        return None, None

    def _leave_for_later(
        self, row: StoredUpdate, ask: Ask, reason: str, tried_seconds: float
    ) -> None:
        """Try again soon. Whoever has waited a while is told, once, that nothing is lost."""
        now = self._office.store.now()
        self._office.updates.try_again(row.id, now + RETRY_AFTER, reason)
        if tried_seconds >= dispatch.A_WHILE:
            letter = ask.say(ask.words("bot.request.waits")).posts[0]
            with self._office.store.writing() as session:
                post(session, letter, f"update:{row.id}:waits", now)

    async def _answer_press(self, ask: Ask, reply: Reply) -> None:
        """Above the button; what Telegram does not take there, as it comes too late, is said in the
        chat, in a group to whoever pressed."""
        if ask.incoming.callback_id is None:
            return
        toast = reply.toast or dispatch.NO_TOAST
        is_taken = await self._telegram.answer_press(ask.incoming.callback_id, toast)
        if toast.text and not is_taken:
            who, words = ask.incoming.who, escape(toast.text)
            if not ask.incoming.is_private:
                words = Html(f"{mention(who.id, who.name)}: {words}")
            (said,) = ask.say(words, quotes=True).posts
            reply.also(lambda session: post(session, said, f"update:{ask.row_id}:toast", ask.now))

    def _give_up_deadly(self, row: StoredUpdate) -> None:
        log.critical("an update has ended the process each time", update_id=row.update_id)
        excuse = deadly.excuse(row, self._office.languages)
        self._finish(row, None, Reply([excuse] if excuse else []), deadly.REASON)
        handled.labels("failed").inc()

    def _finish(
        self,
        row: StoredUpdate,
        incoming: Incoming | None,
        reply: Reply,
        error: str | None = None,
    ) -> None:
        """The whole effect in one transaction: messages, memory, and that it is done."""
        now = self._office.store.now()
        with self._office.updates.working() as session:
            for place, item in enumerate(reply.posts):
                post(session, item, f"update:{row.id}:{place}", now)
            for write in reply.writes:
                write(session)
            if incoming is not None and incoming.deed in {Deed.WROTE, Deed.PRESSED}:
                returning.note_back(session, incoming.chat_id, now)
            for row_id in (row.id, *(incoming.with_updates if incoming else ())):
                update_store.settle(session, row_id, error)


def _wait(until: datetime, now: datetime) -> float:
    """Seconds to wait for a moment. None for one that is further off than any that was ever set:
    the clock was set back since, and nobody is to wait for that time to come again."""
    seconds = (until - now).total_seconds()
    return seconds if 0 < seconds <= LONGEST_WAIT_SECONDS else 0.0
