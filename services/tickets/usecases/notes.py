"""An agent's note for the other agents: it stands in the thread, and nothing else changes by it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contracts.texts import clean_text
from contracts.tickets import TEXT_LENGTH, AddNote, MessageView, TicketNoted
from contracts.vocabulary import AuthorKind
from services.tickets.announcing import tell
from services.tickets.models import TicketMessage
from services.tickets.usecases.people import acting_agent
from services.tickets.usecases.standing import living_status, load_ticket, moment_in
from services.tickets.views import agent_view, message_view


def add_note(
    session: Session, command: AddNote, now: datetime, reopen_within: timedelta
) -> MessageView:
    """Leave a note. Not a change of the ticket: its requester would see when it was made.

    Raises TicketNotFound, TicketClosed, NotAnAgent, Invalid.
    """
    body = clean_text(command.body, "message", TEXT_LENGTH)
    agent = acting_agent(session, command.agent_id, now)
    ticket = load_ticket(session, command.ticket_id)
    living_status(session, ticket, now, reopen_within)
    note = TicketMessage(
        ticket_id=ticket.id,
        author_kind=AuthorKind.AGENT,
        author_id=agent.id,
        author_name=agent.name,
        body=body,
        created_at=moment_in(ticket, command.received_at, now),
        is_note=True,
    )
    session.add(note)
    session.flush()
    view = message_view(note)
    tell(session, TicketNoted, ticket, now, message=view, agent=agent_view(agent))
    return view
