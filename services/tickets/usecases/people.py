"""Requesters and agents: who asks, who answers, and who is one person under two names."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from contracts.errors import AgentNotFound, AssigneeNotFound, NotAnAgent
from contracts.texts import beginning, is_blank
from contracts.tickets import BY_START, AgentView, Person, RegisterAgent, RemoveAgent
from services.tickets.models import Agent, Requester, Ticket
from services.tickets.views import agent_view

TELEGRAM = "tg:"
TELEGRAM_ID = re.compile(r"tg:(\d{1,18})")
NAME_LENGTH, LOCALE_LENGTH = 255, 16


def remember_requester(session: Session, person: Person) -> Requester:
    """The row of a person, made or brought up to date with what the edge knows now.

    It stays locked, so that of one person's tickets each is opened after the other.
    """
    row = session.get(Requester, person.id, with_for_update=True)
    if row is None:
        insert_if_absent(session, Requester, id=person.id, name=person.id)
        row = session.get_one(Requester, person.id, with_for_update=True)
    row.name = as_name(person.name) or row.name
    row.email = person.email or row.email
    if row.linked_at is None:
        row.telegram_id = person.telegram_id or row.telegram_id
    row.locale = beginning(person.locale or row.locale or "", LOCALE_LENGTH) or None
    return row


def identities(session: Session, requester_id: str) -> set[str]:
    """The ids under which a requester's tickets stand.

    The host application vouches for an app user's Telegram id, which joins the two; two app users
    who name the same Telegram id do not see each other.
    """
    if named := TELEGRAM_ID.fullmatch(requester_id):
        joined = select(Requester.id).where(Requester.telegram_id == int(named[1]))
        return {requester_id, *session.scalars(joined)}
    row = session.get(Requester, requester_id)
    telegram_id_of_app_user = row.telegram_id if row else None
    if telegram_id_of_app_user is None:
        return {requester_id}
    return {requester_id, f"{TELEGRAM}{telegram_id_of_app_user}"}


def is_visible(session: Session, ticket: Ticket, requester_id: str | None) -> bool:
    """Whether it is this requester's; None stands for somebody who may see all."""
    if requester_id is None or ticket.requester_id == requester_id:
        return True
    return ticket.requester_id in identities(session, requester_id)


def acting_agent(session: Session, agent_id: str, now: datetime, name: str = "") -> Agent:
    """The agent who acts. Raises NotAnAgent for a Telegram user who has no access.

    Any other id is an administrator's, whom the token has vouched for.
    """
    if agent_id.startswith(TELEGRAM):
        known = session.get(Agent, agent_id)
        if known is None or known.removed_at is not None:
            raise NotAnAgent("this person has no access")
        return known
    row = session.get(Agent, agent_id)
    if row is None:
        insert_if_absent(
            session, Agent, id=agent_id, name=agent_id, allowed_by="token", allowed_at=now
        )
        row = session.get_one(Agent, agent_id)
    row.name = as_name(name) or row.name
    return row


def agent_with_access(session: Session, agent_id: str) -> Agent:
    """An agent with access. Raises AssigneeNotFound."""
    row = session.get(Agent, agent_id)
    if row is None or row.removed_at is not None:
        raise AssigneeNotFound("there is no such agent", {"agent_id": agent_id})
    return row


def register_agent(session: Session, command: RegisterAgent, now: datetime) -> AgentView:
    """Let a Telegram user in, again if removed before, or refresh the name of one who is in. Raises
    NotAnAgent when it is about the name alone and there is no access."""
    if command.allowed_by == BY_START:
        row = acting_agent(session, f"{TELEGRAM}{command.telegram_id}", now)
    else:
        row = _agent_of(session, command.telegram_id, command.allowed_by, now)
        row.removed_at = None
    row.name = as_name(command.name) or row.name
    return agent_view(row)


def let_in(
    session: Session, telegram_id: int, name: str, *, allowed_by: str, now: datetime
) -> AgentView:
    """Make somebody an agent who was none, or none any more."""
    row = _agent_of(session, telegram_id, allowed_by, now)
    row.name = as_name(name) or row.name
    row.allowed_by, row.allowed_at, row.removed_at = allowed_by, now, None
    return agent_view(row)


def _agent_of(session: Session, telegram_id: int, allowed_by: str, now: datetime) -> Agent:
    """The row of an agent, made when there is none; a name comes later."""
    agent_id = f"{TELEGRAM}{telegram_id}"
    insert_if_absent(
        session,
        Agent,
        id=agent_id,
        telegram_id=telegram_id,
        name=agent_id,
        allowed_by=allowed_by,
        allowed_at=now,
    )
    return session.get_one(Agent, agent_id)


def remove_agent(session: Session, command: RemoveAgent, now: datetime) -> AgentView:
    """Take the access away. Raises AgentNotFound; what the agent wrote stays."""
    row = session.get(Agent, f"{TELEGRAM}{command.telegram_id}")
    if row is None or row.removed_at is not None:
        raise AgentNotFound("there is no such agent", {"telegram_id": str(command.telegram_id)})
    row.removed_at = now
    return agent_view(row)


def as_name(given: str) -> str:
    """What fits a name's column; names come from outside, and nobody is refused for a long one, or
    for one that nobody can read, which is none."""
    return "" if is_blank(given) else beginning(given.replace("\0", "").strip(), NAME_LENGTH)
