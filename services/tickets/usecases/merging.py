"""Two tickets of one person become one: the source closes, what is open in it goes on elsewhere.

Messages stay where they were written, so nothing is found or counted twice.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.errors import AnswerOnItsWay, MergeWithItself, TicketsOfDifferentPeople
from contracts.tickets import MergeTickets, TicketMerged, TicketView
from contracts.vocabulary import AuthorKind, Delivery, TicketStatus
from services.tickets.announcing import MOMENT, become, course, in_turn, tell, touch
from services.tickets.models import Agent, Ticket, TicketMessage
from services.tickets.usecases.people import acting_agent, identities
from services.tickets.usecases.standing import (
    living_status,
    load_ticket,
    take_up,
    word_owed_since,
)
from services.tickets.views import agent_view, facts_of, ticket_view


def merge_tickets(
    session: Session, command: MergeTickets, now: datetime, reopen_within: timedelta
) -> TicketView:
    """Close the source, and let the survivor go on with whatever is unanswered in it.

    Raises TicketNotFound, TicketClosed, NotAnAgent, MergeWithItself, TicketsOfDifferentPeople,
    AnswerOnItsWay.
    """
    agent = acting_agent(session, command.agent_id, now)
    source, survivor = _load_both(session, command)
    living_status(session, source, now, reopen_within)
    was = living_status(session, survivor, now, reopen_within)
    _refuse_different_people(session, {source.id, survivor.id})
    _refuse_unsettled(session, {source.id, survivor.id})
    now = in_turn(now, *course(source), *course(survivor))
    if was == TicketStatus.RESOLVED:
        now = max(now, survivor.status_since + MOMENT)  # it reopens, and only then inherits
    owed = _owed_since(session, source, survivor)
    _inherit(survivor, was, owed, now)
    _close(source, survivor.id, owed, now)
    session.add(_notice(source, agent, now))
    told = {"source": facts_of(source), "agent": agent_view(agent)}
    tell(session, TicketMerged, survivor, now, **told)
    return ticket_view(survivor, has_notes=True)


def _load_both(session: Session, command: MergeTickets) -> tuple[Ticket, Ticket]:
    """Source and survivor, locked in the order of their ids: of two merges at once each waits for
    the other in the same place."""
    wanted = (command.source_id, command.survivor_id)
    if command.source_id == command.survivor_id:
        raise MergeWithItself("a ticket is not merged with itself")
    found = {ticket_id: load_ticket(session, ticket_id) for ticket_id in sorted(wanted)}
    return found[command.source_id], found[command.survivor_id]


def _refuse_different_people(session: Session, ticket_ids: set[int]) -> None:
    """Whoever has asked in any of what comes together may read all of it."""
    people = _people_behind(session, ticket_ids)
    if any(people - identities(session, one) for one in people):
        raise TicketsOfDifferentPeople("the tickets are of different people")


def _people_behind(session: Session, ticket_ids: set[int]) -> set[str]:
    """The requesters of these tickets, and of all that was merged into them before."""
    people = set(session.scalars(select(Ticket.requester_id).where(Ticket.id.in_(ticket_ids))))
    sources = set(session.scalars(select(Ticket.id).where(Ticket.merged_into.in_(ticket_ids))))
    return people | _people_behind(session, sources) if sources else people


def _refuse_unsettled(session: Session, ticket_ids: set[int]) -> None:
    """Until an answer has arrived or failed nobody knows what is unanswered; and one that arrived
    in a source after the merge would count nowhere."""
    pending = select(TicketMessage.id).where(
        TicketMessage.ticket_id.in_(ticket_ids), TicketMessage.delivery == Delivery.PENDING
    )
    if session.scalar(pending.limit(1)) is not None:
        raise AnswerOnItsWay("an answer in one of the tickets is on its way")


def _owed_since(session: Session, source: Ticket, survivor: Ticket) -> datetime | None:
    """Since when the source's question waits. One to which the notice of an open incident was the
    word is none: nothing was late there, nor is it here, and the end will be told. Of one that is
    over nobody would tell it in a closed ticket, nor in a survivor that is about another; so the
    question waits on."""
    owed = word_owed_since(session, source)
    incident = source.incident
    will_be_told = (
        incident is not None
        and incident.ended_at is None
        and survivor.incident_id in {None, source.incident_id}
    )
    return owed if will_be_told else owed or source.unanswered_since


def _inherit(survivor: Ticket, was: TicketStatus, since: datetime | None, now: datetime) -> None:
    """Go on as if the user had just written, with a question that has waited since then."""
    survivor.merged_at, survivor.inherited_since = now, since
    if since is not None:
        take_up(survivor, was, now)
        survivor.unanswered_since = min(survivor.unanswered_since or since, since)
    touch(survivor, now)


def _close(source: Ticket, into: int, owed: datetime | None, now: datetime) -> None:
    """End the source; what was unanswered in it is so elsewhere now."""
    become(source, TicketStatus.CLOSED, now)
    source.merged_into, source.unanswered_since, source.handed_on_since = into, None, owed
    source.last_message_at = max(source.last_message_at, now)
    touch(source, now)


def _notice(source: Ticket, agent: Agent, now: datetime) -> TicketMessage:
    """What the source's requester finds in it; where it went on, the edges say in words."""
    return TicketMessage(
        ticket_id=source.id,
        author_kind=AuthorKind.SYSTEM,
        author_id=agent.id,
        author_name=agent.name,
        body="",
        created_at=now,
    )
