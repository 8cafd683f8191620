"""An agent's public answer, and what became of it on its way to the requester."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contracts.errors import MessageNotFound
from contracts.tickets import (
    LARGEST_ID,
    AnswerDelivered,
    AnswerRefused,
    AnswerTicket,
    MessageView,
    RecordDelivery,
    TicketAnswered,
)
from contracts.vocabulary import AuthorKind, Delivery, Source, TicketStatus
from services.tickets.announcing import assign, become, tell, touch
from services.tickets.attaching import rows_of
from services.tickets.domain.delivery import delivery_at_first
from services.tickets.domain.status import after_answer, after_late_arrival, after_refused_delivery
from services.tickets.domain.texts import said_in
from services.tickets.models import Agent, Ticket, TicketMessage
from services.tickets.usecases.moves import resolve
from services.tickets.usecases.notices import note_told
from services.tickets.usecases.people import acting_agent
from services.tickets.usecases.standing import (
    left_after,
    living_status,
    load_ticket,
    moment_in,
)
from services.tickets.views import agent_view, message_view


def answer_ticket(
    session: Session, command: AnswerTicket, now: datetime, reopen_within: timedelta
) -> MessageView:
    """Answer in public. In the app that is the delivery; in Telegram the bot carries it first.

    Raises TicketNotFound, TicketClosed, NotAnAgent, Invalid.
    """
    body = said_in(command.body, "message", command.attachments)
    agent = acting_agent(session, command.agent_id, now, command.agent_name)
    ticket = load_ticket(session, command.ticket_id)
    was = living_status(session, ticket, now, reopen_within)
    at = moment_in(ticket, command.received_at, now)
    is_asked_since = left_after(session, ticket, at, ticket.unanswered_since) is not None
    next_status = after_answer(was, is_asked_since=is_asked_since)
    message = _agents_message(ticket, agent, body, at)
    message.attachments = rows_of(command.attachments)
    if ticket.assignee_id is None:
        assign(ticket, agent, at)
    session.add(message)
    become(ticket, next_status, at)
    ticket.last_message_at = max(ticket.last_message_at, at)
    if message.delivery == Delivery.DELIVERED:
        _note_response(session, ticket, message)
    touch(ticket, now)
    session.flush()
    view = message_view(message)
    tell(session, TicketAnswered, ticket, now, message=view, agent=agent_view(agent))
    if message.delivery == Delivery.DELIVERED:
        _tell_delivered(session, ticket, message, now)
    if command.resolves and next_status != TicketStatus.RESOLVED:
        resolve(session, ticket, agent, next_status, now=now)
    return view


def record_delivery(session: Session, command: RecordDelivery, now: datetime) -> MessageView:
    """Note what became of an answer, or of a notice of an incident, in Telegram. What was refused
    may arrive later, when its reader is back.

    Raises TicketNotFound, MessageNotFound.
    """
    ticket = load_ticket(session, command.ticket_id)
    is_possible = 0 < command.message_id <= LARGEST_ID
    message = session.get(TicketMessage, command.message_id) if is_possible else None
    if message is None or message.ticket_id != ticket.id or message.delivery is None:
        raise MessageNotFound("there is no such answer", {"message_id": str(command.message_id)})
    was_refused = message.delivery == Delivery.FAILED
    if message.delivery == Delivery.DELIVERED or (was_refused and not command.delivered):
        return message_view(message)
    touch(ticket, now)
    message.delivery = Delivery.DELIVERED if command.delivered else Delivery.FAILED
    if message.author_kind == AuthorKind.SYSTEM:
        if command.delivered:
            note_told(session, ticket, message, now)
    elif command.delivered:
        _note_response(session, ticket, message)
        if was_refused:
            _give_back(ticket, now)
        _tell_delivered(session, ticket, message, now)
    else:
        _take_back(session, ticket, message, now, refusal=command.refusal or "refused")
    return message_view(message)


def _take_back(
    session: Session, ticket: Ticket, answer: TicketMessage, now: datetime, *, refusal: str
) -> None:
    """The answer was none: whoever waited for the requester has to act again."""
    status, is_assigned = TicketStatus(ticket.status), ticket.assignee_id is not None
    become(ticket, after_refused_delivery(status, is_assigned=is_assigned), now)
    tell(session, AnswerRefused, ticket, now, message_id=answer.id, refusal=refusal)


def _give_back(ticket: Ticket, now: datetime) -> None:
    """The answer was one after all: it is the requester's turn, unless they have asked since."""
    is_all_answered = ticket.unanswered_since is None
    became = after_late_arrival(TicketStatus(ticket.status), is_all_answered=is_all_answered)
    become(ticket, became, now)


def _tell_delivered(
    session: Session, ticket: Ticket, message: TicketMessage, now: datetime
) -> None:
    written_at = message.created_at
    tell(session, AnswerDelivered, ticket, now, message_id=message.id, written_at=written_at)


def _note_response(session: Session, ticket: Ticket, answer: TicketMessage) -> None:
    """The first response is the earliest public answer that reached the requester; nothing waits
    any longer that was written in this ticket before it."""
    earlier = ticket.first_response_at or answer.created_at
    ticket.first_response_at = min(earlier, answer.created_at)
    since = ticket.unanswered_since
    if since is not None and since <= answer.created_at:
        ticket.unanswered_since = left_after(session, ticket, answer.created_at, since)


def _agents_message(
    ticket: Ticket, agent: Agent, body: str, received_at: datetime
) -> TicketMessage:
    return TicketMessage(
        ticket_id=ticket.id,
        delivery=delivery_at_first(Source(ticket.source)),
        author_kind=AuthorKind.AGENT,
        author_id=agent.id,
        author_name=agent.name,
        body=body,
        created_at=received_at,
    )
