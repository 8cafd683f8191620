"""What the bot writes down beside updates and messages; each in the caller's transaction."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent, plain_rows, table_of
from chassis.storage.sweeping import delete_batch
from contracts.tickets import AgentView, TicketFacts
from contracts.vocabulary import Source, TicketStatus
from services.bot.letters import MAIN_BOT
from services.bot.models import (
    NO_INCIDENT,
    THE_APP,
    ChatState,
    DeliveryReport,
    EarlyEdit,
    KnownAgent,
    KnownRequest,
    KnownVersion,
    MainBotChat,
    OutgoingMessage,
    Question,
    StoredUpdate,
    Subscriber,
    TicketMention,
)
from services.bot.sending.outbox import drop_notices

UPDATES_KEPT = timedelta(hours=48)
"""Telegram may restart its ids after a week; a repeat comes within a day."""
MESSAGES_KEPT = timedelta(days=30)
FOLLOWERS_KEPT = timedelta(days=7)
"""As long as a ticket that the end of the incident has resolved can be open again."""
CHATS = table_of(ChatState).c
CHAT = select(CHATS.is_dead, CHATS.met_at).where(CHATS.chat_id == bindparam("chat_id"))
"""Built once: asked with every update."""


def mention(
    session: Session,
    chat_id: int,
    message_id: int,
    ticket_id: int,
    *,
    became: int | None = None,
    is_for_note: bool = False,
    is_to_requester: bool = False,
) -> None:
    """Remember that a message speaks of a ticket, to agents or to its requester, or asks for a note
    in it, and which message of its thread it `became`."""
    what = {
        "ticket_id": ticket_id,
        "thread_message_id": became,
        "is_for_note": is_for_note,
        "is_to_requester": is_to_requester,
    }
    if not insert_if_absent(session, TicketMention, chat_id=chat_id, message_id=message_id, **what):
        there = (TicketMention.chat_id == chat_id, TicketMention.message_id == message_id)
        session.execute(update(TicketMention).where(*there).values(**what))


def keep_early_edit(session: Session, edit: EarlyEdit) -> None:
    """Remember what a message says that may be still to come."""
    session.merge(edit)


def forget_early_edit(session: Session, chat_id: int, message_id: int) -> None:
    """Its message has come."""
    found = session.get(EarlyEdit, (chat_id, message_id))
    if found is not None:
        session.delete(found)


def chat_state(session: Session, chat_id: int) -> ChatState:
    """The row of a chat, made when there is none."""
    insert_if_absent(session, ChatState, chat_id=chat_id, is_dead=False, wants_new_ticket=False)
    return session.get_one(ChatState, chat_id)


def note_refused(session: Session, row: OutgoingMessage, now: datetime) -> None:
    """Telegram takes nothing for the chat from the bot that sends this message; what the other may
    do there is another matter."""
    if row.bot == MAIN_BOT:
        main_bot_chat(session, row.chat_id).refused_at = now
    else:
        chat_state(session, row.chat_id).is_dead = True


def note_quiet(session: Session, row: OutgoingMessage, until: datetime | None) -> None:
    """Telegram asked the bot that sends this message to leave its chat alone until then."""
    if row.bot == MAIN_BOT:
        main_bot_chat(session, row.chat_id).quiet_until = until
    else:
        chat_state(session, row.chat_id).quiet_until = until


def main_bot_chat(session: Session, chat_id: int) -> MainBotChat:
    """The row of a chat of the main bot, made when there is none."""
    insert_if_absent(session, MainBotChat, chat_id=chat_id)
    return session.get_one(MainBotChat, chat_id)


def forget_wish(session: Session, chat_id: int) -> None:
    """The next message of the chat continues a ticket again."""
    wished = update(ChatState).where(ChatState.chat_id == chat_id, ChatState.wants_new_ticket)
    session.execute(wished.values(wants_new_ticket=False))


def note_chat(session: Session, chat_id: int, *, is_dead: bool) -> None:
    """Telegram takes, or no longer takes, messages for this chat."""
    chat_state(session, chat_id).is_dead = is_dead


def note_alive(session: Session, chat_id: int, now: datetime) -> bool:
    """Somebody wrote here: a chat that was taken for dead is not, and one may be met only now.
    Whether anything of that was news."""
    known = plain_rows(session, CHAT, chat_id=chat_id)
    if known and known[0].met_at is not None and not known[0].is_dead:
        return False
    new = {"is_dead": False, "wants_new_ticket": False, "met_at": now}
    if insert_if_absent(session, ChatState, chat_id=chat_id, **new):
        return True
    changed = session.execute(
        update(ChatState)
        .where(ChatState.chat_id == chat_id, or_(ChatState.is_dead, ChatState.met_at.is_(None)))
        .values(is_dead=False, met_at=func.coalesce(ChatState.met_at, now))
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def ask(session: Session, question: Question) -> None:
    """Remember a question that was put to an agent."""
    session.merge(question)


def forget_question(session: Session, question: Question) -> None:
    """It was answered, and there is nothing more to say to it."""
    found = session.get(Question, (question.chat_id, question.message_id))
    if found is not None:
        session.delete(found)


def keep_agents(
    session: Session, agents: Iterable[AgentView], gone: Collection[int], now: datetime
) -> None:
    """Bring the copy of the list of agents to what tickets says it is. Whoever is `gone` from it is
    not told either what they were to be told as an agent."""
    drop_notices(session, gone, now)
    session.execute(delete(KnownAgent).where(KnownAgent.telegram_id.in_(gone)))
    for agent in agents:
        add_agent(session, agent)


def add_agent(session: Session, agent: AgentView) -> None:
    """Somebody is an agent from now on, and is told of what agents are told of."""
    if agent.telegram_id is not None:
        session.merge(KnownAgent(telegram_id=agent.telegram_id, agent_id=agent.id, name=agent.name))


def is_news(session: Session, subject: str, version: int, at: datetime) -> bool:
    """Remember the newest version of a subject, and when it came about; False for one older than
    what is known."""
    insert_if_absent(session, KnownVersion, subject=subject, version=0)
    known = session.get_one(KnownVersion, subject, with_for_update=True)
    if version < known.version:
        return False
    known.version, known.known_at = version, at
    return True


def note_request(session: Session, asked: TicketFacts, incident_id: int | None = None) -> None:
    """Remember how a request stands, or which incident it is about from now on; what is older than
    what is known of either changes nothing. Of one from the app that is worth knowing only once it
    is linked, and no chat is told anything through it."""
    chat_id = asked.requester.telegram_id if asked.source == Source.TELEGRAM else None
    if chat_id is None and incident_id is None and session.get(KnownRequest, asked.id) is None:
        return
    unknown = {"version": 0, "link_version": 0, "incident_id": NO_INCIDENT}
    now_known = {
        "status": asked.status,
        "resolved_with_incident": asked.resolved_with_incident,
        "updated_at": asked.updated_at,
    }
    insert_if_absent(
        session,
        KnownRequest,
        ticket_id=asked.id,
        chat_id=THE_APP if chat_id is None else chat_id,
        **unknown,
        **now_known,
    )
    known = session.get_one(KnownRequest, asked.id, with_for_update=True)
    if asked.version > known.version:
        known.version = asked.version
        for name, value in now_known.items():
            setattr(known, name, value)
    if incident_id is not None and asked.version > known.link_version:
        known.link_version, known.incident_id = asked.version, incident_id


def subscribe(session: Session, chat_id: int, incident_id: int, language: str) -> None:
    """Tell this chat of an incident from now on, or of all with 0."""
    insert_if_absent(
        session, Subscriber, chat_id=chat_id, incident_id=incident_id, language=language
    )


def unsubscribe(session: Session, chat_id: int) -> None:
    """Tell this chat of no incident any more."""
    session.execute(delete(Subscriber).where(Subscriber.chat_id == chat_id))


def note_end(
    session: Session, incident_id: int, over_since: datetime | None, chat_id: int | None = None
) -> None:
    """An incident is over since then, for all who follow it or for one chat; None when it is not,
    or is back."""
    followers = update(Subscriber).where(Subscriber.incident_id == incident_id)
    if chat_id is not None:
        followers = followers.where(Subscriber.chat_id == chat_id)
    session.execute(followers.values(over_since=over_since))


def forget_incident(session: Session, incident_id: int) -> None:
    """Nobody waits for news of one that was withdrawn."""
    session.execute(delete(Subscriber).where(Subscriber.incident_id == incident_id))


def forget_old(session: Session, now: datetime) -> int:
    """Let go of a batch of what nobody will ask for again; how many rows went. The newest update
    stays: SQLite would count from its number again, and what answers a number was answered once
    for all."""
    long_ago, early = now - MESSAGES_KEPT, now - UPDATES_KEPT
    is_done = StoredUpdate.state != "waiting"
    is_counted_on = StoredUpdate.id == select(func.max(StoredUpdate.id)).scalar_subquery()
    is_closed = KnownRequest.status == TicketStatus.CLOSED
    old: list[tuple[list[Any], ColumnElement[bool]]] = [
        ([StoredUpdate.id], is_done & ~is_counted_on & (StoredUpdate.stored_at < early)),
        ([OutgoingMessage.id], OutgoingMessage.settled_at < long_ago),
        ([DeliveryReport.id], DeliveryReport.told_at < long_ago),
        (
            [Subscriber.chat_id, Subscriber.incident_id],
            Subscriber.over_since < now - FOLLOWERS_KEPT,
        ),
        ([Question.chat_id, Question.message_id], Question.asked_at < long_ago),
        ([EarlyEdit.chat_id, EarlyEdit.message_id], EarlyEdit.edited_at < early),
        ([KnownVersion.subject], KnownVersion.known_at < long_ago),
        ([KnownRequest.ticket_id], is_closed & (KnownRequest.updated_at < long_ago)),
    ]
    return sum(delete_batch(session, key, is_old) for key, is_old in old)
