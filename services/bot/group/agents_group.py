"""The rows of the group in which all agents are told, and of the topics that tickets have there."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from services.bot.models import AgentsGroup, ChatState, OutgoingMessage, Topic
from services.bot.sending.outbox import WAITING


@dataclass(frozen=True)
class GroupState:
    """A group that takes messages."""

    chat_id: int
    has_topics: bool


def state_of(session: Session, named_id: int) -> GroupState | None:
    """How the group that the configuration names stands; None when it takes nothing."""
    row = session.get(AgentsGroup, named_id)
    chat_id = named_id if row is None else row.chat_id
    chat = session.get(ChatState, chat_id)
    if (row is not None and row.trouble is not None) or (chat is not None and chat.is_dead):
        return None
    return GroupState(chat_id, row is not None and row.is_forum and row.topics_trouble is None)


def group_row(session: Session, named_id: int) -> AgentsGroup:
    """The row, made when there is none."""
    insert_if_absent(session, AgentsGroup, named_id=named_id, chat_id=named_id, is_forum=False)
    return session.get_one(AgentsGroup, named_id, with_for_update=True)


def move(session: Session, group: AgentsGroup, chat_id: int) -> None:
    """The group has become another chat; what waits goes there."""
    waiting = update(OutgoingMessage).where(
        OutgoingMessage.chat_id == group.chat_id, OutgoingMessage.state == WAITING
    )
    session.execute(waiting.values(chat_id=chat_id))
    group.chat_id = chat_id


def notices_for(session: Session, chat_id: int) -> list[OutgoingMessage]:
    """What waits for a group, the oldest first."""
    waiting = select(OutgoingMessage).where(
        OutgoingMessage.chat_id == chat_id, OutgoingMessage.state == WAITING
    )
    return list(session.scalars(waiting.order_by(OutgoingMessage.id)))


def topic_of(session: Session, chat_id: int, ticket_id: int) -> Topic | None:
    return session.get(Topic, (chat_id, ticket_id))


def ticket_of_topic(session: Session, chat_id: int, thread_id: int) -> int | None:
    """The ticket whose topic that is."""
    found = select(Topic.ticket_id).where(Topic.chat_id == chat_id, Topic.thread_id == thread_id)
    return session.scalars(found).first()


def note_topic(session: Session, chat_id: int, ticket_id: int, thread_id: int) -> None:
    """A ticket has a topic from now on."""
    session.merge(Topic(chat_id=chat_id, ticket_id=ticket_id, thread_id=thread_id, is_closed=False))


def note_closed(session: Session, chat_id: int, ticket_id: int, *, is_closed: bool) -> None:
    found = topic_of(session, chat_id, ticket_id)
    if found is not None:
        found.is_closed = is_closed


def forget_topic(session: Session, chat_id: int, ticket_id: int) -> None:
    """Somebody has deleted it."""
    session.execute(delete(Topic).where(Topic.chat_id == chat_id, Topic.ticket_id == ticket_id))
