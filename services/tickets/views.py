"""Rows become views: the only place that knows both."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.tickets import (
    AgentView,
    AttachmentView,
    AuthorView,
    EarlierText,
    LinkedIncident,
    MessageView,
    RequesterView,
    TicketFacts,
    TicketSummary,
    TicketView,
)
from contracts.vocabulary import (
    AuthorKind,
    Category,
    Delivery,
    IncidentNotice,
    IncidentStatus,
    Priority,
    Source,
    TicketStatus,
)
from services.tickets.models import (
    Agent,
    Attachment,
    Incident,
    MessageVersion,
    Requester,
    Ticket,
    TicketMessage,
)


def requester_view(row: Requester) -> RequesterView:
    return RequesterView(id=row.id, name=row.name, telegram_id=row.telegram_id, locale=row.locale)


def agent_view(row: Agent) -> AgentView:
    return AgentView(id=row.id, name=row.name, telegram_id=row.telegram_id)


def listed_agent(row: Agent) -> AgentView:
    """With who let them in, which only the list of agents tells."""
    let_in = {"allowed_by": row.allowed_by, "allowed_at": row.allowed_at}
    return agent_view(row).model_copy(update=let_in)


def message_view(row: TicketMessage) -> MessageView:
    return MessageView(
        id=row.id,
        author=_author_of(row),
        body=row.body,
        created_at=row.created_at,
        delivery=Delivery(row.delivery) if row.delivery else None,
        incident=incident_view(row.incident) if row.incident else None,
        incident_status=IncidentStatus(row.incident_status) if row.incident_status else None,
        notice=_notice_in(row),
        is_note=row.is_note,
        attachments=[attachment_view(one) for one in _files_with(row)],
        edited_at=row.edited_at,
    )


def earlier_view(row: MessageVersion, of: TicketMessage) -> EarlierText:
    return EarlierText(
        message_id=of.id,
        author=_author_of(of),
        body=row.body,
        written_at=row.written_at,
        replaced_at=row.replaced_at,
    )


def _author_of(row: TicketMessage) -> AuthorView:
    kind = AuthorKind(row.author_kind)
    agent_id = row.author_id if kind == AuthorKind.AGENT else None
    return AuthorView(kind=kind, name=row.author_name, id=agent_id)


def attachment_view(row: Attachment) -> AttachmentView:
    return AttachmentView(
        id=row.id, name=row.name, media_type=row.media_type, size=row.size, key=row.key
    )


def _files_with(row: TicketMessage) -> list[Attachment]:
    """Without asking the database what a notice for thousands never has."""
    return [] if row.author_kind == AuthorKind.SYSTEM else row.attachments


def _notice_in(row: TicketMessage) -> IncidentNotice | None:
    if row.incident_id is None or row.notice is not None:
        return IncidentNotice(row.notice) if row.notice else None
    return IncidentNotice.NEWS if row.incident_status else IncidentNotice.KNOWN


def incident_view(row: Incident) -> LinkedIncident:
    return LinkedIncident(id=row.id, title=row.title)


def facts_of(row: Ticket) -> TicketFacts:
    """What every event about the ticket carries."""
    return TicketFacts(**_facts(row))


def summaries(session: Session, rows: list[Ticket]) -> list[TicketSummary]:
    """Lines of a list, with the unread answers of all counted in one query."""
    unread = _unread(session, [row.id for row in rows])
    return [TicketSummary(**_line(row, unread.get(row.id, 0))) for row in rows]


def ticket_view(row: Ticket, *, has_notes: bool) -> TicketView:
    """The ticket whole, messages oldest first; with the agents' notes for agents alone."""
    messages = [message for message in row.messages if has_notes or not message.is_note]
    return TicketView(
        **_line(row, sum(_is_unread(row, message) for message in row.messages)),
        description=row.description,
        context=row.context,
        messages=[message_view(message) for message in messages],
        merged_from=[source.id for source in row.sources] if row.merged_at else [],
    )


def _facts(row: Ticket) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "subject": row.subject,
        "category": Category(row.category),
        "priority": Priority(row.priority),
        "status": TicketStatus(row.status),
        "source": Source(row.source),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "requester": requester_view(row.requester),
        "assignee": agent_view(row.assignee) if row.assignee else None,
        "taken_at": row.taken_at,
        "status_since": row.status_since,
        "first_response_at": row.first_response_at,
        "unanswered_since": row.unanswered_since,
        "prioritised_at": row.prioritised_at,
        "resolved_at": row.resolved_at,
        "reopened_at": row.reopened_at,
        "merged_into": row.merged_into,
        "merged_at": row.merged_at,
        "inherited_since": row.inherited_since,
        "follows": row.follows,
        "noticed_at": row.noticed_at,
        "unlinked_at": row.unlinked_at,
        "resolved_with_incident": row.status_before_end is not None,
    }


def _line(row: Ticket, unread: int) -> dict[str, Any]:
    return {
        **_facts(row),
        "last_message_at": row.last_message_at,
        "unread": unread,
        "next_due_at": row.next_due_at,
        "incident": incident_view(row.incident) if row.incident else None,
        "wants_news": row.wants_news,
        "rating": row.rating,
        "rated_at": row.rated_at,
    }


def _is_unread(row: Ticket, message: TicketMessage) -> bool:
    is_news = row.read_at is None or message.created_at > row.read_at
    return message.author_kind == AuthorKind.AGENT and not message.is_note and is_news


def _unread(session: Session, ticket_ids: list[int]) -> dict[int, int]:
    """Agents' messages since the owner last read, by ticket."""
    if not ticket_ids:
        return {}
    is_unread = Ticket.read_at.is_(None) | (TicketMessage.created_at > Ticket.read_at)
    counted = (
        select(TicketMessage.ticket_id, func.count())
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(TicketMessage.ticket_id.in_(ticket_ids))
        .where(TicketMessage.author_kind == AuthorKind.AGENT, ~TicketMessage.is_note, is_unread)
        .group_by(TicketMessage.ticket_id)
    )
    rows = session.execute(counted).all()
    return dict(rows)
