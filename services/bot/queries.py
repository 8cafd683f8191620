"""What the bot asks of its own rows. Reads only."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from chassis.storage.database import plain_rows, table_of
from contracts.vocabulary import TicketStatus
from services.bot.hours import Wishes
from services.bot.models import (
    NO_INCIDENT,
    AgentHours,
    ChatState,
    DeliveryReport,
    EarlyEdit,
    KnownAgent,
    KnownRequest,
    MainBotChat,
    OutgoingMessage,
    Question,
    StoredUpdate,
    Subscriber,
    TicketMention,
)
from services.bot.receiving.albums import handled_before
from services.bot.sending.outbox import WAITING

HEADS_AT_ONCE = 500
REFUSED_FOR = timedelta(days=1)
"""So long nothing is tried in a chat that does not take what the main bot sends."""
ALL = 0
"""In the place of an incident's id: every incident."""
UPDATES = table_of(StoredUpdate).c
UPDATE_HEADS = (
    select(UPDATES.id, UPDATES.chat_id, UPDATES.next_try_at, UPDATES.begun)
    .where(
        UPDATES.id.in_(
            select(func.min(UPDATES.id)).where(UPDATES.state == WAITING).group_by(UPDATES.chat_id)
        )
    )
    .order_by(UPDATES.next_try_at.is_not(None), UPDATES.next_try_at, UPDATES.id)
    .limit(bindparam("most"))
)
"""Built once: it is asked all the time."""
AGENTS, CHATS = table_of(KnownAgent).c, table_of(ChatState).c
HOURS = table_of(AgentHours).c
REACHABLE_AGENTS = (
    select(AGENTS.telegram_id, AGENTS.agent_id, AGENTS.name)
    .add_columns(HOURS.is_off_duty, HOURS.quiet_from, HOURS.quiet_to)
    .outerjoin_from(
        table_of(KnownAgent), table_of(AgentHours), HOURS.telegram_id == AGENTS.telegram_id
    )
    .where(AGENTS.telegram_id.not_in(select(CHATS.chat_id).where(CHATS.is_dead)))
    .order_by(AGENTS.telegram_id)
)


class Reachable(NamedTuple):
    """An agent whose chat takes messages, as far as is known."""

    telegram_id: int
    agent_id: str
    name: str
    wishes: Wishes


class UpdateHead(NamedTuple):
    """The next update of a chat."""

    id: int
    chat_id: int
    next_try_at: datetime | None
    begun: int


def update_heads(session: Session) -> list[UpdateHead]:
    """The oldest waiting update of every chat, since what came first in a chat is handled first:
    those that nobody has tried, then those that are to be tried again soonest. However many wait
    for a neighbour that is away, they hide nobody else's."""
    return [UpdateHead(*row) for row in session.execute(UPDATE_HEADS, {"most": HEADS_AT_ONCE})]


def is_posted(session: Session, key: str, since: datetime) -> bool:
    """Whether a message for a key that goes on after a colon was put on its way after then."""
    found = select(OutgoingMessage.id).where(_posted_since(key, since))
    return session.scalar(found.limit(1)) is not None


def last_sent(session: Session, chat_id: int, key: str, since: datetime) -> OutgoingMessage | None:
    """The last message to a chat for a key that goes on after a colon, unless it is older. Locked:
    the sender may be about to take it up, with the words that it finds."""
    found = (
        select(OutgoingMessage)
        .where(_posted_since(key, since))
        .where(OutgoingMessage.chat_id == chat_id, OutgoingMessage.edits.is_(None))
    )
    last = found.order_by(OutgoingMessage.id.desc()).limit(1).with_for_update()
    return session.scalars(last).first()


def _posted_since(key: str, since: datetime) -> ColumnElement[bool]:
    # What is as young was settled since then, or is not yet: by that an index finds it. Keys have
    # none that helps, since how a database sorts them is its own affair.
    settled_at = OutgoingMessage.settled_at
    is_recent = or_(settled_at.is_(None), settled_at > since)
    begins_so = OutgoingMessage.key.startswith(f"{key}:", autoescape=True)
    return and_(begins_so, is_recent, OutgoingMessage.created_at > since)


def reachable_agents(session: Session) -> list[Reachable]:
    return [
        Reachable(
            row.telegram_id,
            row.agent_id,
            row.name,
            Wishes.kept(row.is_off_duty, row.quiet_from, row.quiet_to),
        )
        for row in plain_rows(session, REACHABLE_AGENTS)
    ]


def subscribers(
    session: Session, incident_id: int, with_request: Collection[TicketStatus] = ()
) -> dict[int, str]:
    """The chats that are told of an incident, and the language of each. Left out are those that
    Telegram takes nothing for, and those with a request about it in one of these states, or
    resolved by its last end: news of it opens that again."""
    is_dead = exists().where(ChatState.chat_id == Subscriber.chat_id, ChatState.is_dead)
    is_told_by_it: ColumnElement[bool] = KnownRequest.status.in_(with_request)
    if with_request:
        is_told_by_it |= KnownRequest.resolved_with_incident
    has_request = exists().where(
        KnownRequest.chat_id == Subscriber.chat_id,
        KnownRequest.incident_id == incident_id,
        is_told_by_it,
    )
    wanted = select(Subscriber).where(
        Subscriber.incident_id.in_([ALL, incident_id]), ~is_dead, ~has_request
    )
    return {row.chat_id: row.language for row in session.scalars(wanted)}


def is_linked(session: Session, ticket_id: int) -> bool:
    """Whether a ticket is about an incident, as far as the bot has heard."""
    request = session.get(KnownRequest, ticket_id)
    return request is not None and request.incident_id != NO_INCIDENT


def find_known_agent(session: Session, telegram_id: int) -> KnownAgent | None:
    return session.get(KnownAgent, telegram_id)


def known_agents(session: Session) -> list[KnownAgent]:
    return list(session.scalars(select(KnownAgent)))


def find_mention(session: Session, chat_id: int, message_id: int) -> TicketMention | None:
    return session.get(TicketMention, (chat_id, message_id))


def mentioned_ticket(session: Session, chat_id: int, message_id: int) -> int | None:
    """The ticket of which a message speaks."""
    mention = find_mention(session, chat_id, message_id)
    return mention.ticket_id if mention else None


def thread_message(session: Session, chat_id: int, message_id: int) -> tuple[int, int] | None:
    """The ticket, and the message of its thread, that a message in a chat became."""
    mention = session.get(TicketMention, (chat_id, message_id))
    if mention is None or mention.thread_message_id is None:
        return None
    return mention.ticket_id, mention.thread_message_id


def early_edit(session: Session, chat_id: int, message_id: int) -> str | None:
    """What a message says that was edited before it came."""
    found = session.get(EarlyEdit, (chat_id, message_id))
    return found.text if found else None


def is_met(session: Session, chat_id: int) -> bool:
    """Whether somebody has written here, and Telegram takes what we answer."""
    chat = session.get(ChatState, chat_id)
    return chat is not None and chat.met_at is not None and not chat.is_dead


def is_for_main_bot(session: Session, chat_id: int, now: datetime) -> bool:
    """Whether somebody never came to the support bot, and the main bot may reach them: it does not
    hear when they come to it, so a chat that refused is tried again after a while."""
    chat = session.get(ChatState, chat_id)
    if chat is not None and chat.met_at is not None:
        return False
    known = session.get(MainBotChat, chat_id)
    return known is None or known.refused_at is None or known.refused_at <= now - REFUSED_FOR


def ticket_of_album(session: Session, row_id: int) -> int | None:
    """The ticket to which an earlier message of the same album went."""
    earlier = handled_before(session, row_id)
    if earlier is None:
        return None
    message = json.loads(earlier.body)["message"]
    return mentioned_ticket(session, earlier.chat_id, message["message_id"])


def wants_new_ticket(session: Session, chat_id: int) -> bool:
    """Whether the person asked for the next message to open a ticket."""
    chat = session.get(ChatState, chat_id)
    return chat is not None and chat.wants_new_ticket


def find_question(session: Session, chat_id: int, message_id: int) -> Question | None:
    return session.get(Question, (chat_id, message_id))


def report_of(session: Session, answer_id: int) -> DeliveryReport | None:
    """What became of an agent's answer, once it is known."""
    found = select(DeliveryReport).where(DeliveryReport.answer_id == answer_id)
    return session.scalars(found).first()


def untold_reports(session: Session) -> list[DeliveryReport]:
    """The outcomes of which tickets has not been told, the oldest first."""
    untold = select(DeliveryReport).where(DeliveryReport.told_at.is_(None))
    return list(session.scalars(untold.order_by(DeliveryReport.id).limit(100)))
