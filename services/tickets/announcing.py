"""A change of a ticket becomes its next version, and a fact in the outbox."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from contracts.tickets import TicketEvent
from contracts.vocabulary import TicketStatus
from services.tickets.models import Agent, Ticket
from services.tickets.views import facts_of

MOMENT = timedelta(milliseconds=1)
"""The least by which two moments are told apart."""


def in_turn(now: datetime, *earlier: datetime | None) -> datetime:
    """Now, or right after the last of these moments of a ticket, which has to be held for this.

    A command looks at the clock before it waits for its turn, and clocks are set back. What is
    carried out last has happened last: sla goes by the moments, and must see what tickets shows.
    It follows what it competes with and nothing else: whoever writes is dated by the clock, and
    would seem to have written before what was put off without need.
    """
    last = max((at for at in earlier if at is not None), default=now)
    return now if now >= last else last + MOMENT


def course(ticket: Ticket) -> tuple[datetime | None, ...]:
    """When it last became what it is, was written in, and was merged into: what ends it, brings it
    back or merges it follows all of that."""
    return ticket.status_since, ticket.last_message_at, ticket.merged_at


def touch(ticket: Ticket, now: datetime) -> None:
    """Count a change, before the facts about it are told."""
    ticket.version += 1
    ticket.updated_at = in_turn(now, ticket.updated_at)


def become(ticket: Ticket, status: TicketStatus, at: datetime) -> None:
    """Enter a status; one that holds already goes on. What came late begins nothing earlier."""
    if ticket.status != status:
        ticket.status, ticket.status_since = status, max(at, ticket.status_since)
        ticket.status_before_end = None


def assign(ticket: Ticket, agent: Agent, at: datetime) -> None:
    """Make the agent the assignee, who took it then; to take one's own again counts too."""
    ticket.assignee, ticket.taken_at = agent, max(at, ticket.taken_at or at)


def let_go(ticket: Ticket, at: datetime) -> None:
    """Let nobody have the ticket from then on."""
    ticket.assignee, ticket.taken_at = None, max(at, ticket.taken_at or at)


def tell(
    session: Session, event: type[TicketEvent], ticket: Ticket, now: datetime, **parts: Any
) -> None:
    """Put a fact about the ticket, as it now is, in the outbox."""
    session.flush()
    announce(
        session,
        event(
            event_id=uuid4(),
            occurred_at=now,
            version=ticket.version,
            ticket=facts_of(ticket),
            **parts,
        ),
    )
