"""Keeps news from reaching twice the chat that brought it about: the confirmation and the alarm, or
what the agents' group is shown, tell the same, and either may come first."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from contracts.incidents import IncidentView
from services.bot.asking import Ask, Reply
from services.bot.letters import Rank
from services.bot.models import OutgoingMessage
from services.bot.sending.outbox import DROPPED, FOLDED, SENDING, SENT, WAITING

WITHDRAWN = "withdrawn"


def alarm_key(incident: IncidentView, chat_id: int, ending: str = "") -> str:
    """The same for an event and for the answer to the command that caused it: every change but a
    withdrawal adds an update."""
    return f"alarm:{incident.id}:{ending or len(incident.updates)}:{chat_id}"


def is_told(session: Session, key: str) -> bool:
    """Whether the chat has the news, as an alarm or as a confirmation."""
    sought = select(OutgoingMessage.id).where(OutgoingMessage.key == f"{key}:0")
    return session.scalar(sought) is not None


def confirming(ask: Ask, changed: IncidentView, reply: Reply, ending: str = "") -> Reply:
    """The reply, in the stead of the alarm that this chat would get. Not of a press in a group:
    that changes a card without a sound, perhaps an old one, and the others would not hear of it."""
    is_pressed = ask.incoming.callback_id is not None
    if is_pressed and not ask.incoming.is_private:
        return reply
    chat_id = ask.incoming.chat_id
    key = alarm_key(changed, chat_id, ending)
    return reply.also(confirmed(key, chat_id, ask.row_id, ask.now))


def in_its_place(ask: Ask, key: str, reply: Reply) -> Reply:
    """The reply, in the stead of what the agents' group would be shown of it under this key."""
    return reply if ask.incoming.is_private else in_this_chat(ask, key, reply)


def in_this_chat(ask: Ask, key: str, reply: Reply) -> Reply:
    """The reply, in the stead of what the chat would be told of it under this key."""
    incoming = ask.incoming
    key = f"{key}:{incoming.chat_id}"
    return reply.also(
        confirmed(key, incoming.chat_id, ask.row_id, ask.now, thread_id=incoming.thread_id)
    )


def told_elsewhere(ask: Ask, key: str, reply: Reply) -> Reply:
    """The reply, which whoever asked reads in a group: in private they need not be told."""
    if ask.incoming.is_private:
        return reply
    chat_id, now = ask.incoming.who.id, ask.now

    def write(session: Session) -> None:
        _stand_in(session, f"{key}:{chat_id}", chat_id, now, state=DROPPED)
        notice = _alarm(session, f"{key}:{chat_id}")
        if notice is not None and notice.state == WAITING:
            notice.state, notice.settled_at = DROPPED, now

    return reply.also(write)


def confirmed(
    key: str, chat_id: int, row_id: int, now: datetime, *, thread_id: int | None = None
) -> Callable[[Session], None]:
    """What to write down beside the confirmation in answer to the update `row_id`."""

    def write(session: Session) -> None:
        _stand_in(session, key, chat_id, now, thread_id=thread_id)
        alarm, confirmation = _alarm(session, key), _confirmation(session, row_id)
        if alarm is None:
            return
        if alarm.state == WAITING:
            alarm.state, alarm.settled_at = FOLDED, now
        elif confirmation is not None:
            _replace(alarm, confirmation)

    return write


def take_place(session: Session, confirmation: OutgoingMessage, now: datetime) -> None:
    """The confirmation is about to go, and the alarm in whose stead it is, which was in the air, no
    longer is: what has it become?"""
    alarm = session.get(OutgoingMessage, confirmation.instead_of, with_for_update=True)
    if alarm is None:
        return
    if alarm.state == WAITING:
        alarm.state, alarm.settled_at = FOLDED, now
    else:
        _replace(alarm, confirmation)


def _replace(alarm: OutgoingMessage, confirmation: OutgoingMessage) -> None:
    """Let the confirmation be the new face of an alarm that is there already. Of one that is in the
    air that is decided when the confirmation's turn comes: a chat has one of them at a time."""
    if confirmation.state != WAITING:
        return
    if alarm.state == SENT:
        confirmation.edits = alarm.message_id
    elif alarm.state == SENDING:
        confirmation.instead_of = alarm.id


def _stand_in(
    session: Session,
    key: str,
    chat_id: int,
    now: datetime,
    *,
    thread_id: int | None = None,
    state: str = FOLDED,
) -> None:
    """Take the alarm's place, so that one that comes later is not sent."""
    insert_if_absent(
        session,
        OutgoingMessage,
        key=f"{key}:0",
        chat_id=chat_id,
        rank=Rank.ALARM,
        text="",
        language="ru",
        forces_reply=False,
        is_last_part=True,
        thread_id=thread_id,
        state=state,
        created_at=now,
        settled_at=now,
    )


def _confirmation(session: Session, row_id: int) -> OutgoingMessage | None:
    sought = select(OutgoingMessage).where(OutgoingMessage.key == f"update:{row_id}:0:0")
    return session.scalars(sought).first()


def _alarm(session: Session, key: str) -> OutgoingMessage | None:
    """Locked: the sender may be about to take it up."""
    sought = select(OutgoingMessage).where(OutgoingMessage.key == f"{key}:0")
    return session.scalars(sought.with_for_update()).first()
