"""What agents, and sometimes requesters, do with a ticket beside talking."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from chassis.storage.database import table_of
from contracts.errors import Invalid
from contracts.sla import SlaClockMoved
from contracts.tickets import (
    AgentView,
    AssignTicket,
    ResolveTicket,
    SetImpact,
    SetPriority,
    TakeTicket,
    TicketAssigned,
    TicketCategorised,
    TicketPrioritised,
    TicketResolved,
    TicketTaken,
    TicketView,
)
from contracts.vocabulary import Priority, TicketStatus
from services.tickets.announcing import assign, become, course, in_turn, let_go, tell, touch
from services.tickets.domain.status import after_letting_go, after_resolving, after_taking
from services.tickets.models import Agent, Ticket
from services.tickets.usecases.people import acting_agent, agent_with_access
from services.tickets.usecases.standing import living_status, load_ticket
from services.tickets.views import agent_view, ticket_view

TICKETS = table_of(Ticket)
KEEP_DEADLINE = (
    update(TICKETS)
    .where(TICKETS.c.id == bindparam("id_told"))
    .where(TICKETS.c.clock_version < bindparam("version_told"))
    .values(next_due_at=bindparam("due_at"), clock_version=bindparam("version_told"))
)


def take_ticket(
    session: Session, command: TakeTicket, now: datetime, reopen_within: timedelta
) -> TicketView:
    """Make the agent the assignee.

    Raises TicketNotFound, TicketClosed, TicketAlreadyResolved, NotAnAgent.
    """
    agent = acting_agent(session, command.agent_id, now)
    ticket = load_ticket(session, command.ticket_id)
    was, former = living_status(session, ticket, now, reopen_within), ticket.assignee
    now = in_turn(now, ticket.taken_at, ticket.status_since)
    become(ticket, after_taking(was, keep_working=command.keep_working), now)
    assign(ticket, agent, now)
    touch(ticket, now)
    tell(session, TicketTaken, ticket, now, **_hands(agent, former))
    return ticket_view(ticket, has_notes=True)


def assign_ticket(
    session: Session, command: AssignTicket, now: datetime, reopen_within: timedelta
) -> TicketView:
    """Give the ticket to an agent, or to nobody; who has it already keeps it without a word.

    Raises TicketNotFound, TicketClosed, NotAnAgent, AssigneeNotFound.
    """
    agent = acting_agent(session, command.agent_id, now)
    chosen = (
        None if command.assignee_id is None else agent_with_access(session, command.assignee_id)
    )
    ticket = load_ticket(session, command.ticket_id)
    was, former = living_status(session, ticket, now, reopen_within), ticket.assignee
    if chosen is former:
        return ticket_view(ticket, has_notes=True)
    now = in_turn(now, ticket.taken_at, ticket.status_since)
    if chosen is None:
        become(ticket, after_letting_go(was), now)
        let_go(ticket, now)
    else:
        become(ticket, after_taking(was), now)
        assign(ticket, chosen, now)
    touch(ticket, now)
    tell(session, TicketAssigned, ticket, now, **_hands(agent, former))
    return ticket_view(ticket, has_notes=True)


def _hands(agent: Agent, former: Agent | None) -> dict[str, AgentView | None]:
    """Who acted, and who had the ticket before."""
    return {"agent": agent_view(agent), "former": agent_view(former) if former else None}


def set_priority(
    session: Session, command: SetPriority, now: datetime, reopen_within: timedelta
) -> TicketView:
    """An agent judges anew. Raises TicketNotFound, TicketClosed, NotAnAgent."""
    agent = acting_agent(session, command.agent_id, now)
    ticket = load_ticket(session, command.ticket_id)
    living_status(session, ticket, now, reopen_within)
    _prioritise(session, ticket, command.priority, now, agent=agent)
    return ticket_view(ticket, has_notes=True)


def set_impact(
    session: Session, command: SetImpact, now: datetime, reopen_within: timedelta
) -> TicketView:
    """The requester says what it is about, or how bad. P0 is an agent's word: a requester neither
    gives nor lowers it. Raises TicketNotFound, TicketClosed, Invalid.
    """
    if command.priority == Priority.P0:
        raise Invalid("P0 is given by agents", {"priority": "agents_only"})
    ticket = load_ticket(session, command.ticket_id, command.requester_id)
    living_status(session, ticket, now, reopen_within)
    if command.category is not None and command.category != ticket.category:
        ticket.category = command.category
        touch(ticket, now)
        tell(session, TicketCategorised, ticket, now)
    if command.priority is not None and ticket.priority != Priority.P0:
        _prioritise(session, ticket, command.priority, now)
    return ticket_view(ticket, has_notes=False)


def resolve_ticket(
    session: Session, command: ResolveTicket, now: datetime, reopen_within: timedelta
) -> TicketView:
    """Say it is done. Raises TicketNotFound, TicketClosed, TicketAlreadyResolved, NotAnAgent."""
    agent = acting_agent(session, command.agent_id, now)
    ticket = load_ticket(session, command.ticket_id)
    resolve(session, ticket, agent, living_status(session, ticket, now, reopen_within), now=now)
    return ticket_view(ticket, has_notes=True)


def resolve(
    session: Session, ticket: Ticket, agent: Agent, was: TicketStatus, *, now: datetime
) -> None:
    """Raises TicketClosed, TicketAlreadyResolved."""
    now = in_turn(now, *course(ticket))
    become(ticket, after_resolving(was), now)
    ticket.resolved_at, ticket.resolved_by = ticket.status_since, agent.id
    ticket.unanswered_since = None
    if ticket.assignee_id is None:
        assign(ticket, agent, now)
    touch(ticket, now)
    tell(session, TicketResolved, ticket, now, agent=agent_view(agent))


def keep_deadline(session: Session, event: SlaClockMoved) -> None:
    """Keep sla's next deadline beside the ticket, unless something newer is known.

    Not a change of the ticket: no version, no event.
    """
    told = {"id_told": event.ticket_id, "version_told": event.version, "due_at": event.next_due_at}
    session.connection().execute(KEEP_DEADLINE, told)


def _prioritise(
    session: Session,
    ticket: Ticket,
    priority: Priority,
    now: datetime,
    *,
    agent: Agent | None = None,
) -> None:
    """Without an agent its requester says so."""
    former = Priority(ticket.priority)
    if former == priority:
        return
    now = in_turn(now, ticket.created_at, ticket.prioritised_at)
    ticket.priority, ticket.prioritised_at = priority, now
    touch(ticket, now)
    told = {"agent": agent_view(agent) if agent else None, "former": former}
    tell(session, TicketPrioritised, ticket, now, **told)
