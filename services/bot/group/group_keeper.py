"""Looks after the agents' group: whether it takes messages and has topics, and what to do when not.

What a group refuses is told to the agents in private, so that nothing is lost; how to mend it they
are told once.
"""

import asyncio
import re
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session
from structlog import get_logger
from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from chassis.storage.database import ANNOUNCED, insert_if_absent
from chassis.storage.store import Store
from contracts.errors import Unavailable
from services.bot.group import agents_group
from services.bot.letters import Letter, Rank, StandsFor
from services.bot.markup import Html
from services.bot.memory import note_chat
from services.bot.models import AgentsGroup, OutgoingMessage
from services.bot.sending import undelivered
from services.bot.sending.outbox import FOLDED, REFUSED, WAITING, post
from services.bot.sending.telegram_outcomes import Moved, Outcome, Refused, TopicsRefused
from services.bot.sending.undelivered import MAY_NOT_WRITE, NOT_IN_GROUP
from services.bot.speech import Speech
from services.bot.telling.audience import Audience, Hearer

LOOK_SECONDS = 30.0
NOT_THERE = ("left", "kicked")
_OF_A_GROUP = re.compile(r":-\d+:")
"""The chat in the key of a group's message."""
_ONLY_FILES = re.compile(r"rights to send (?!(?:a |text )?messages?\b)")
"""What is refused to photos or documents is still open to words."""

log = get_logger()


class Sight(NamedTuple):
    """What there is to see of a group; `trouble` and `topics_trouble` say why not."""

    is_forum: bool = False
    trouble: str | None = None
    topics_trouble: str | None = None


class GroupKeeper:
    """Keeps the row of the group that the configuration names."""

    def __init__(self, store: Store, words: Speech, audience: Audience, named_id: int) -> None:
        self._store = store
        self._words = words
        self._audience = audience
        self._named_id = named_id

    async def run(self, bot: Bot) -> None:
        """Look until cancelled; while Telegram is away nothing changes."""
        while True:
            try:
                await self._look(bot)
            except Unavailable as error:
                log.warning("the agents' group could not be looked after", error=str(error))
            except TelegramError as error:
                log.warning("the agents' group could not be looked at", error=str(error))
            await asyncio.sleep(LOOK_SECONDS)

    def note_outcome(
        self, session: Session, message: OutgoingMessage, chat_id: int, outcome: Outcome
    ) -> None:
        """A message to `chat_id` has become this; it is settled already, and may have another
        turn: without the picture that was refused, or as a document."""
        if chat_id > 0:
            return
        group = agents_group.group_row(session, self._named_id)
        if chat_id != group.chat_id:
            return
        match outcome:
            case Refused(reason, is_dead):
                if message.state != REFUSED:
                    return
                if is_dead or _may_write_nothing(reason):
                    self._note_trouble(session, group, reason)
                self._tell_in_private(session, [message])
            case TopicsRefused(reason):
                self._note_topics(session, group, reason)
            case Moved(to):
                self._note_moved(session, group, to)
            case _:
                return

    async def _look(self, bot: Bot) -> None:
        chat_id = await asyncio.to_thread(self._store.ask, _chat_of, self._named_id)
        try:
            chat = await bot.get_chat(chat_id)
            sight = _sight(chat, await bot.get_chat_member(chat_id, bot.id))
        except ChatMigrated as error:
            await asyncio.to_thread(self._note, None, error.new_chat_id)
            return
        except (BadRequest, Forbidden) as error:
            sight = Sight(trouble=str(error))
        await asyncio.to_thread(self._note, sight, chat_id)

    def _note(self, sight: Sight | None, chat_id: int) -> None:
        with self._store.writing() as session:
            group = agents_group.group_row(session, self._named_id)
            if sight is None:
                self._note_moved(session, group, chat_id)
            elif sight.trouble is not None:
                self._note_trouble(session, group, sight.trouble)
            else:
                group.trouble, group.is_forum = None, sight.is_forum
                note_chat(session, group.chat_id, is_dead=False)
                self._note_topics(session, group, sight.topics_trouble)

    def _note_trouble(self, session: Session, group: AgentsGroup, reason: str) -> None:
        """It takes nothing: its notices go to the agents."""
        is_new, group.trouble = group.trouble is None, reason
        note_chat(session, group.chat_id, is_dead=True)
        session.flush()
        waiting = agents_group.notices_for(session, group.chat_id)
        self._tell_in_private(session, waiting)
        for message in waiting:
            message.state, message.settled_at = FOLDED, self._store.now()
        if is_new:
            log.error("the agents' group takes no messages", chat_id=group.chat_id, error=reason)
            why = undelivered.reason(self._words, reason)
            text = self._words("bot.group.trouble", id=group.named_id, reason=why)
            for hearer in self._audience.everybody(session):
                self._say(session, hearer.chat_id, text)

    def _note_topics(self, session: Session, group: AgentsGroup, reason: str | None) -> None:
        is_new = group.topics_trouble is None and reason is not None
        group.topics_trouble = reason
        if is_new:
            log.warning("the agents' group lets us make no topics", error=reason)
            self._say(session, group.chat_id, self._words("bot.group.no_topics"))

    def _note_moved(self, session: Session, group: AgentsGroup, chat_id: int) -> None:
        agents_group.move(session, group, chat_id)
        self._say(session, chat_id, self._words("bot.group.moved", id=chat_id))

    def _say(self, session: Session, chat_id: int, text: Html) -> None:
        now = self._store.now()
        letter = Letter(chat_id, text, Rank.WARNING, language=self._words.language)
        post(session, letter, f"group:{chat_id}:{now.timestamp():.3f}", now)

    def _tell_in_private(self, session: Session, messages: list[OutgoingMessage]) -> None:
        """What the group was to be told instead of agents; what somebody asked for there is theirs
        to ask again."""
        for message in messages:
            if message.stands_for is None:
                continue
            if not message.text and message.files is None:
                continue  # a picture alone, which was refused
            for hearer in self._audience.instead(session, StandsFor(message.stands_for)):
                _copy(session, message, hearer, self._store.now())
        session.info[ANNOUNCED] = True


def _copy(session: Session, message: OutgoingMessage, hearer: Hearer, now: datetime) -> None:
    """Under the key that it has in private, so that nobody is told twice: some are told as well."""
    private = _OF_A_GROUP.sub(f":{hearer.chat_id}:", message.key)
    insert_if_absent(
        session,
        OutgoingMessage,
        key=private if private != message.key else f"{message.key}>{hearer.chat_id}",
        chat_id=hearer.chat_id,
        rank=message.rank,
        text=message.text,
        files=message.files,
        buttons=message.buttons,
        language=message.language,
        forces_reply=False,
        summary=message.summary,
        ticket_id=message.ticket_id,
        is_last_part=message.is_last_part,
        is_for_note=message.is_for_note,
        not_before=hearer.not_before,
        state=WAITING,
        created_at=now,
    )


def _may_write_nothing(reason: str) -> bool:
    said = reason.lower()
    return "rights" in said and _ONLY_FILES.search(said) is None


def _chat_of(session: Session, named_id: int) -> int:
    row = session.get(AgentsGroup, named_id)
    return named_id if row is None else row.chat_id


def _sight(chat: ChatFullInfo, me: ChatMember) -> Sight:
    """What the bot can do in a group as it stands."""
    default = chat.permissions
    if me.status in NOT_THERE:
        return Sight(trouble=NOT_IN_GROUP)
    if isinstance(me, ChatMemberRestricted):
        may_write, may_make = me.can_send_messages, me.can_manage_topics
    elif isinstance(me, ChatMemberAdministrator):
        may_write, may_make = True, bool(me.can_manage_topics)
    else:
        may_write = default is None or default.can_send_messages is not False
        may_make = default is not None and bool(default.can_manage_topics)
    if not may_write:
        return Sight(trouble=MAY_NOT_WRITE)
    is_forum = bool(chat.is_forum)
    lacks = is_forum and not may_make
    return Sight(is_forum, None, "the bot may not make topics" if lacks else None)
