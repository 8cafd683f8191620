"""How a ticket stands: found and locked, whether it can still change, where it went on, and what
its requester has asked."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.errors import TicketClosed, TicketNotFound
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import AuthorKind, Delivery, TicketStatus
from services.tickets.announcing import MOMENT, become
from services.tickets.domain.status import after_user_message, is_time_to_close
from services.tickets.models import Ticket, TicketMessage
from services.tickets.usecases.people import is_visible


def load_ticket(
    session: Session, ticket_id: int, requester_id: str | None = None, *, is_locked: bool = True
) -> Ticket:
    """The ticket, locked for change. Raises TicketNotFound, also when it is somebody else's."""
    ticket = None
    if 0 < ticket_id <= LARGEST_ID:
        lock = {"of": Ticket} if is_locked else None
        ticket = session.get(Ticket, ticket_id, with_for_update=lock)
    if ticket is None or not is_visible(session, ticket, requester_id):
        raise TicketNotFound("there is no such ticket", {"ticket_id": str(ticket_id)})
    return ticket


def moment_in(ticket: Ticket, told: datetime, now: datetime) -> datetime:
    """When something was done in a ticket: not after now, and not before it was opened.

    Telegram tells whole seconds, the app milliseconds: an answer that waited in Telegram for the
    bot may seem older than the ticket that it answers, and a promise that was kept before it was
    given would be none.
    """
    return max(min(told, now), ticket.created_at)


def living_status(
    session: Session, ticket: Ticket, now: datetime, reopen_within: timedelta
) -> TicketStatus:
    """The status of a ticket that can still change. Raises TicketClosed, from the moment it is due
    to close, even before anybody wrote it; of a merged one that names the ticket it goes on in."""
    status = TicketStatus(ticket.status)
    is_over = is_time_to_close(status, ticket.resolved_at, now, reopen_within)
    if status != TicketStatus.CLOSED and not is_over:
        return status
    raise closed(session, ticket)


def closed(session: Session, ticket: Ticket) -> TicketClosed:
    """The refusal of what can be done no more; of a merged one it names where it goes on."""
    details = {"ticket_id": str(ticket.id)}
    if ticket.merged_into is not None:
        details["merged_into"] = str(_last_survivor(session, ticket.merged_into))
    return TicketClosed("the ticket is closed", details)


def take_up(ticket: Ticket, was: TicketStatus, at: datetime) -> None:
    """The requester has something to say: the ticket is ours again, a resolved one reopens, later
    than it was resolved by whatever clock."""
    if was == TicketStatus.RESOLVED:
        at = max(at, ticket.status_since + MOMENT)
    become(ticket, after_user_message(was, is_assigned=ticket.assignee_id is not None), at)
    if was == TicketStatus.RESOLVED:
        ticket.reopened_at = ticket.status_since
        ticket.resolved_at, ticket.resolved_by = None, None


def note_question(session: Session, ticket: Ticket, asked_at: datetime) -> None:
    """The user asked something then. It waits for an answer, unless one written later has come in
    before it: messages and answers take different ways here, and may overtake each other."""
    is_overtaken = ticket.last_message_at > asked_at
    if is_overtaken and _is_answered_after(session, ticket, asked_at):
        return
    ticket.unanswered_since = min(ticket.unanswered_since or asked_at, asked_at)


def next_question(session: Session, ticket: Ticket, after: datetime) -> datetime | None:
    """The oldest message of the user after that moment."""
    if ticket.last_message_at <= after:
        return None
    asked = select(func.min(TicketMessage.created_at)).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.author_kind == AuthorKind.USER,
        TicketMessage.created_at > after,
    )
    return session.scalar(asked)


def left_after(
    session: Session, ticket: Ticket, said_at: datetime, waiting_since: datetime | None
) -> datetime | None:
    """The oldest question to which a word of that moment is no answer, of those that wait since
    `waiting_since`: one asked later, or one that a merge has brought later from where the word was
    not said."""
    asked_at = next_question(session, ticket, said_at)
    if ticket.merged_at is None or ticket.merged_at <= said_at or waiting_since is None:
        return asked_at
    brought = select(func.min(Ticket.handed_on_since)).where(
        Ticket.merged_into == ticket.id,
        Ticket.status_since > said_at,
        Ticket.handed_on_since >= waiting_since,
    )
    brought_since = session.scalar(brought)
    return min((at for at in (asked_at, brought_since) if at is not None), default=None)


def word_owed_since(session: Session, ticket: Ticket) -> datetime | None:
    """Since when somebody waits for more than the notice of an incident has told them."""
    since, noticed_at = ticket.unanswered_since, ticket.noticed_at
    if since is None or noticed_at is None or since > noticed_at:
        return since
    return left_after(session, ticket, noticed_at, since)


def _is_answered_after(session: Session, ticket: Ticket, moment: datetime) -> bool:
    """Whether a public answer written after that has reached the requester."""
    answers = select(TicketMessage.id).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.author_kind == AuthorKind.AGENT,
        TicketMessage.delivery == Delivery.DELIVERED,
        TicketMessage.created_at > moment,
    )
    return session.scalar(select(answers.exists())) or False


def _last_survivor(session: Session, ticket_id: int) -> int:
    """The end of a chain of merges; it has one, since a merged ticket is no survivor."""
    while (further := session.get_one(Ticket, ticket_id).merged_into) is not None:
        ticket_id = further
    return ticket_id
