"""One ticket is told what the public was told of its incident: how it goes on, that it is over, or
that it is back.

With the end the ticket is resolved, unless its requester has written since; a reply reopens it by
itself. Whoever was told of the end is told that it was none, also if they want no other news.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contracts.tickets import IncidentTold
from contracts.vocabulary import UNFINISHED, Delivery, IncidentNotice, IncidentStatus
from services.tickets.announcing import tell, touch
from services.tickets.models import Incident, Ticket
from services.tickets.usecases.ending import reopen_with, resolve_with
from services.tickets.usecases.notices import note_told, notice_of
from services.tickets.usecases.standing import left_after
from services.tickets.views import incident_view, message_view


@dataclass(frozen=True)
class Word:
    """What the public was told of an incident, where that stood then, and when it was said."""

    incident: Incident
    notice: IncidentNotice
    status: IncidentStatus
    message: str
    said_at: datetime

    @property
    def is_end(self) -> bool:
        return self.status is IncidentStatus.RESOLVED


def end_of(incident: Incident) -> Word | None:
    """The word that the incident is over, if nothing newer was heard of it."""
    ended_at, message = incident.ended_at, incident.ended_with
    if ended_at is None or message is None:
        return None
    return Word(incident, IncidentNotice.NEWS, IncidentStatus.RESOLVED, message, ended_at)


def tell_word(session: Session, ticket: Ticket, word: Word, now: datetime) -> None:
    """Tell the requester, unless the ticket is at its end, or they want no news, and the word is
    neither of an end nor of a return."""
    is_return = word.notice is IncidentNotice.RETURNED or _is_back(ticket, word)
    is_unfinished = ticket.status in UNFINISHED
    if not (word.is_end or is_return) and not (is_unfinished and ticket.wants_news):
        return
    is_asked_since = (
        word.is_end
        and left_after(session, ticket, word.said_at, ticket.unanswered_since) is not None
    )
    kind = IncidentNotice.RETURNED if is_return else word.notice
    notice = notice_of(session, ticket, word.incident, kind, now=now)
    notice.body, notice.incident_status = word.message, word.status
    touch(ticket, now)
    session.flush()
    told = {
        "incident": incident_view(word.incident),
        "incident_status": word.status,
        "message": message_view(notice),
    }
    tell(session, IncidentTold, ticket, now, **told)
    if notice.delivery == Delivery.DELIVERED:
        note_told(session, ticket, notice, now)
    if word.is_end and is_unfinished and not is_asked_since:
        resolve_with(session, ticket, word.incident, now)
    if is_return:
        reopen_with(session, ticket, word.incident, now)


def _is_back(ticket: Ticket, word: Word) -> bool:
    """News of an open incident whose end has resolved the ticket: it has overtaken that of the
    return, which is told no more."""
    return ticket.status_before_end is not None and not word.is_end
