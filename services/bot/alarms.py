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
from services.bot.outbox import FOLDED, SENT, WAITING

WITHDRAWN = "withdrawn"


def alarm_key(incident: IncidentView, chat_id: int, ending: str = "") -> str:
    """The same for an event and for the answer to the command that caused it: every change but a
    withdrawal adds an update."""
    return f"alarm:{incident.id}:{ending or len(incident.updates)}:{chat_id}"


def is_told(session: Session, key: str) -> bool:
    """Whether the chat has the news, as an alarm or as a confirmation."""
    return _alarm(session, key) is not None


def confirming(ask: Ask, changed: IncidentView, reply: Reply, ending: str = "") -> Reply:
    """The reply, in the stead of the alarm that this chat would get."""
    chat_id = ask.incoming.chat_id
    key = alarm_key(changed, chat_id, ending)
    return reply.also(confirmed(key, chat_id, ask.row_id, ask.now))


def in_its_place(ask: Ask, key: str, reply: Reply) -> Reply:
    """The reply, in the stead of what the agents' group would be shown of it under this key."""
    if ask.incoming.is_private:
        return reply
    chat_id = ask.incoming.chat_id
    return reply.also(confirmed(f"{key}:{chat_id}", chat_id, ask.row_id, ask.now))


def confirmed(key: str, chat_id: int, row_id: int, now: datetime) -> Callable[[Session], None]:
    """What to write down beside the confirmation in answer to the update `row_id`."""

    def write(session: Session) -> None:
        _stand_in(session, key, chat_id, now)
        alarm = _alarm(session, key)
        if alarm is None or alarm.state == FOLDED:
            return
        if alarm.state == WAITING:
            alarm.state, alarm.settled_at = FOLDED, now
        elif alarm.state == SENT:
            _turn_into(session, alarm, row_id)

    return write


def _stand_in(session: Session, key: str, chat_id: int, now: datetime) -> None:
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
        state=FOLDED,
        created_at=now,
        settled_at=now,
    )


def _turn_into(session: Session, alarm: OutgoingMessage, row_id: int) -> None:
    """The alarm is there already: let the confirmation be its new face."""
    sought = select(OutgoingMessage).where(OutgoingMessage.key == f"update:{row_id}:0:0")
    confirmation = session.scalars(sought).first()
    if confirmation is not None and confirmation.state == WAITING:
        confirmation.edits = alarm.message_id


def _alarm(session: Session, key: str) -> OutgoingMessage | None:
    return session.scalars(select(OutgoingMessage).where(OutgoingMessage.key == f"{key}:0")).first()
