"""An incident's end resolves its tickets, and its return opens these again.

Each goes back to what it was: nobody has written, and it was the desk that was mistaken.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.tickets import AgentView, TicketReopened, TicketResolved
from contracts.vocabulary import AuthorKind, Delivery, TicketStatus
from services.tickets.announcing import become, course, in_turn, tell, touch
from services.tickets.models import Incident, Ticket, TicketMessage
from services.tickets.usecases.standing import left_after, word_owed_since
from services.tickets.views import agent_view, incident_view

NOBODY = AgentView(id="", name="")


def resolve_with(session: Session, ticket: Ticket, incident: Incident, now: datetime) -> None:
    """The incident is over, and with it the unfinished ticket."""
    now = in_turn(now, *course(ticket))
    was, unanswered_since = ticket.status, ticket.unanswered_since
    become(ticket, TicketStatus.RESOLVED, now)
    ticket.status_before_end, ticket.unanswered_before_end = was, unanswered_since
    ticket.resolved_at, ticket.resolved_by = ticket.status_since, ticket.assignee_id
    ticket.unanswered_since = None
    touch(ticket, now)
    agent = agent_view(ticket.assignee) if ticket.assignee else NOBODY
    tell(session, TicketResolved, ticket, now, agent=agent, incident=incident_view(incident))


def reopen_with(session: Session, ticket: Ticket, incident: Incident, now: datetime) -> None:
    """The incident is back, and with it the ticket, unless something else has become of it."""
    if ticket.status_before_end is None:
        return
    now = in_turn(now, *course(ticket))
    become(ticket, TicketStatus(ticket.status_before_end), now)
    ticket.resolved_at, ticket.resolved_by = None, None
    ticket.unanswered_since = _still_unanswered(session, ticket)
    if word_owed_since(session, ticket) is not None:
        ticket.reopened_at = ticket.status_since
    touch(ticket, now)
    tell(session, TicketReopened, ticket, now, incident=incident_view(incident))


def _still_unanswered(session: Session, ticket: Ticket) -> datetime | None:
    """What was unanswered at the end, unless an answer arrived afterwards."""
    since = ticket.unanswered_before_end
    last_answer = select(func.max(TicketMessage.created_at)).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.author_kind == AuthorKind.AGENT,
        TicketMessage.delivery == Delivery.DELIVERED,
    )
    answered_at = session.scalar(last_answer)
    if since is None or answered_at is None or answered_at < since:
        return since
    return left_after(session, ticket, answered_at, since)
