"""What the sender asks of the outbox. Reads only."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from chassis.storage.database import UtcDateTime, plain_rows, table_of
from services.bot.files.enclosures import read_files
from services.bot.letters import MAIN_BOT, SUPPORT_BOT, Rank
from services.bot.models import ChatState, MainBotChat, OutgoingMessage
from services.bot.sending.outbox import REFUSED, SENDING, SENT, UNKNOWN, WAITING

HEADS_AT_ONCE = 500
MOST_IN_A_DIGEST = 5_000
"""The rest make up the next: after a day without Telegram there may be more than a statement has
room for, and no digest would ever go."""
LONGEST_QUIET = timedelta(hours=1)
OUTGOING = table_of(OutgoingMessage).c
COUNT_OF_WAITING = select(func.count()).where(OUTGOING.state.in_((WAITING, SENDING)))
"""Built once: it is asked every second."""


def _may_go(message: Any, now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(message.not_before.is_(None), message.not_before <= now)


FOLDABLE = (
    select(
        OUTGOING.id,
        OUTGOING.chat_id,
        OUTGOING.rank,
        OUTGOING.summary,
        OUTGOING.language,
        OUTGOING.bot,
        OUTGOING.stands_for,
        OUTGOING.created_at,
    )
    .where(
        OUTGOING.chat_id == bindparam("chat_id"),
        OUTGOING.state == WAITING,
        OUTGOING.summary.is_not(None),
        OUTGOING.topic.is_(None),
        ~OUTGOING.is_repeat,
        _may_go(OUTGOING, bindparam("now", type_=UtcDateTime)),
    )
    .order_by(OUTGOING.rank, OUTGOING.id)
    .limit(MOST_IN_A_DIGEST)
)
"""Built once: asked with every notice to agents, and answered with thousands while many wait."""


class Foldable(NamedTuple):
    """What a digest has to know of a notice that it takes in."""

    id: int
    chat_id: int
    rank: int
    summary: str
    language: str
    bot: str
    stands_for: str | None
    created_at: datetime


class OutgoingHead(NamedTuple):
    """The next message of a chat."""

    id: int
    chat_id: int
    is_edit: bool
    messages: int
    is_for_crowd: bool


class GoneMessage(NamedTuple):
    """What went out, or may have, and when that was over."""

    chat_id: int
    at: datetime
    messages: int


def messages_in(files: str | None) -> int:
    """As how many messages that counts which has these files: an album is several."""
    return len(read_files(files)) or 1


def outgoing_heads(
    session: Session, now: datetime, bot: str = SUPPORT_BOT, *, but_crowds: bool = False
) -> list[OutgoingHead]:
    """The next message of every chat of a bot that has none in the air, the most urgent chats
    first. What may not go yet holds nothing up. Without what goes to crowds it costs little."""
    heads = session.execute(_heads_of(bot, but_crowds=but_crowds), {"now": now})
    return [
        OutgoingHead(head, chat, bool(edit), messages_in(files), rank == Rank.BROADCAST)
        for head, chat, edit, files, rank in heads
    ]


@cache
def _heads_of(bot: str, *, but_crowds: bool) -> Select[int, int, bool, str | None, int]:
    """Built once: it is asked for at every message, and building it takes longer than asking. Reads
    each message that waits once, however many wait for one chat."""
    row, now = OUTGOING, bindparam("now", type_=UtcDateTime)
    is_sent_now, ranks = row.state == SENDING, row.rank < Rank.BROADCAST if but_crowds else true()
    may_go = and_(row.state == WAITING, _may_go(row, now), ranks)
    order = (case((is_sent_now, 0), else_=1), row.rank, row.id)
    place = func.row_number().over(partition_by=row.chat_id, order_by=order)
    lines = (
        select(row.id, row.chat_id, row.edits, row.files, row.rank, row.state, place.label("place"))
        .where(row.state.in_((WAITING, SENDING)), row.bot == bot, or_(is_sent_now, may_go))
        .subquery()
    ).c
    return (
        select(lines.id, lines.chat_id, lines.edits.is_not(None), lines.files, lines.rank)
        .where(lines.place == 1, lines.state == WAITING)
        .order_by(lines.rank, lines.id)
        .limit(HEADS_AT_ONCE)
    )


def foldable(session: Session, chat_id: int, now: datetime) -> list[Foldable]:
    """The notices that wait for a chat and could become lines of a digest, most urgent first. What
    goes to a topic of its own does not, nor a repeat, which has to say that it is one."""
    return [Foldable._make(row) for row in plain_rows(session, FOLDABLE, chat_id=chat_id, now=now)]


def quiet_chats(session: Session, now: datetime, bot: str = SUPPORT_BOT) -> dict[int, datetime]:
    """The chats of a bot with which Telegram asked to wait, and until when. What is further off was
    written before the clock was set back; and if Telegram did ask for that, it asks again."""
    chat = MainBotChat if bot == MAIN_BOT else ChatState
    quiet = select(chat.chat_id, chat.quiet_until).where(
        chat.quiet_until > now, chat.quiet_until <= now + LONGEST_QUIET
    )
    return {chat_id: until for chat_id, until in session.execute(quiet) if until is not None}


def gone_since(session: Session, since: datetime, bot: str = SUPPORT_BOT) -> list[GoneMessage]:
    """A bot's messages that went out since then, or may have; the oldest first."""
    row = OutgoingMessage
    gone = select(row.chat_id, row.settled_at, row.files).where(
        row.settled_at > since,
        row.state.in_((SENT, UNKNOWN, REFUSED)),
        row.edits.is_(None),
        row.bot == bot,
    )
    found = session.execute(gone.order_by(row.settled_at))
    return [GoneMessage(chat, at, messages_in(files)) for chat, at, files in found if at]


def waiting_count(session: Session) -> int:
    """How many messages wait to be sent."""
    return session.scalar(COUNT_OF_WAITING) or 0
