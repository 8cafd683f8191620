"""An agent's public answer, and what became of it on its way to the requester."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.errors import MessageNotFound
from contracts.tickets import (
    AnswerDelivered,
    AnswerRefused,
    AnswerTicket,
    MessageView,
    RecordDelivery,
    TicketAnswered,
)
from contracts.vocabulary import AuthorKind, Delivery, Source, TicketStatus
from services.tickets.announcing import tell, touch
from services.tickets.domain.status import after_answer, after_refused_delivery
from services.tickets.domain.texts import clean_text
from services.tickets.models import Agent, Ticket, TicketMessage
from services.tickets.usecases.people import acting_agent
from services.tickets.usecases.threads import load_ticket, status_at
from services.tickets.views import agent_view, message_view


def answer_ticket(
    session: Session, command: AnswerTicket, now: datetime, reopen_within: timedelta
) -> MessageView:
    """Answer in public. In the app that is the delivery; in Telegram the bot carries it first.

    Raises TicketNotFound, TicketClosed, NotAnAgent, Invalid.
    """
    body = clean_text(command.body, "message")
    agent = acting_agent(session, command.agent_id, now, command.agent_name)
    ticket = load_ticket(session, command.ticket_id)
    was = status_at(ticket, now, reopen_within)
    ticket.status = after_answer(was, keep_working=command.keep_working)
    if ticket.assignee_id is None:
        ticket.assignee = agent
    message = _agents_message(agent, body, min(command.received_at, now))
    message.delivery = Delivery.DELIVERED if ticket.source == Source.APP else Delivery.PENDING
    ticket.messages.append(message)
    ticket.last_message_at = max(ticket.last_message_at, message.created_at)
    _settle_first_response(session, ticket)
    touch(ticket, now)
    view = message_view(message)
    tell(session, TicketAnswered, ticket, now, message=view, agent=agent_view(agent))
    if message.delivery == Delivery.DELIVERED:
        _tell_delivered(session, ticket, message, now)
    return view


def record_delivery(session: Session, command: RecordDelivery, now: datetime) -> MessageView:
    """Note what became of an answer in Telegram. Raises TicketNotFound, MessageNotFound."""
    ticket = load_ticket(session, command.ticket_id)
    message = session.get(TicketMessage, command.message_id)
    if message is None or message.ticket_id != ticket.id or message.delivery is None:
        raise MessageNotFound("there is no such answer", {"message_id": str(command.message_id)})
    if message.delivery != Delivery.PENDING:
        return message_view(message)
    message.delivery = Delivery.DELIVERED if command.delivered else Delivery.FAILED
    if not command.delivered:
        is_assigned = ticket.assignee_id is not None
        status = after_refused_delivery(TicketStatus(ticket.status), is_assigned=is_assigned)
        ticket.status = status
    _settle_first_response(session, ticket)
    touch(ticket, now)
    if command.delivered:
        _tell_delivered(session, ticket, message, now)
    else:
        refusal = command.refusal or "refused"
        tell(session, AnswerRefused, ticket, now, message_id=message.id, refusal=refusal)
    return message_view(message)


def _tell_delivered(
    session: Session, ticket: Ticket, message: TicketMessage, now: datetime
) -> None:
    written_at = message.created_at
    tell(session, AnswerDelivered, ticket, now, message_id=message.id, written_at=written_at)


def _settle_first_response(session: Session, ticket: Ticket) -> None:
    """The first response is the earliest public answer that reached the requester."""
    session.flush()
    earliest = select(func.min(TicketMessage.created_at)).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.author_kind == AuthorKind.AGENT,
        TicketMessage.delivery == Delivery.DELIVERED,
    )
    ticket.first_response_at = session.scalar(earliest)


def _agents_message(agent: Agent, body: str, received_at: datetime) -> TicketMessage:
    return TicketMessage(
        author_kind=AuthorKind.AGENT,
        author_id=agent.id,
        author_name=agent.name,
        body=body,
        created_at=received_at,
    )
