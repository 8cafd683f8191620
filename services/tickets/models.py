"""The rows of the tickets process. No behaviour here, but that a body is kept lowered beside."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, false, text, true
from sqlalchemy.orm import DeclarativeBase, Mapped, foreign, mapped_column, relationship, validates

from chassis.storage.database import UtcDateTime
from chassis.storage.tables import BigId


class Base(DeclarativeBase):
    """The metadata of the tickets process."""


class Requester(Base):
    """A person who asks; `id` is the app's user id, or `tg:<telegram id>`."""

    __tablename__ = "requesters"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(320))
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    locale: Mapped[str | None] = mapped_column(String(16))
    linked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When they joined the two themselves, by a link; then no token says otherwise."""


class Agent(Base):
    """A person who answers; a removed one stays for the history and has no access."""

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    allowed_by: Mapped[str] = mapped_column(String(255))
    allowed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pass(Base):
    """What a one-time link lets somebody in Telegram do, by the digest of its token: be joined with
    the requester, or become an agent. `note` is for whom an agent's was made."""

    __tablename__ = "passes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    requester_id: Mapped[str | None] = mapped_column(ForeignKey("requesters.id"))
    note: Mapped[str] = mapped_column(String(255))
    issued_by: Mapped[str] = mapped_column(String(255))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[int | None] = mapped_column(BigInteger)


class Incident(Base):
    """What is kept here of an incident that a ticket is, or was, about. `version` is that of the
    newest news that was heard of it; a withdrawn one had been declared by mistake. If that news was
    its end, `ended_at` is when the public was told, `ended_with` what."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    is_withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_with: Mapped[str | None] = mapped_column(Text)


class IncidentNews(Base):
    """What the public was told of an incident, until the requesters of its tickets have been told
    too: those up to `told_up_to`, by the ticket's id, have. `notice` is what they are told."""

    __tablename__ = "incident_news"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    notice: Mapped[str] = mapped_column(String(20), server_default="news")
    status: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_up_to: Mapped[int] = mapped_column(BigInteger, default=0)

    incident: Mapped[Incident] = relationship()


class Ticket(Base):
    """One request for help. `version` counts its changes; `next_due_at` is told by sla. A merged
    one stays as it is, closed, and names the ticket in which it went on."""

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(20))
    priority: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(20))
    status_since: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(20))
    context: Mapped[dict[str, Any]] = mapped_column(JSON)
    requester_id: Mapped[str] = mapped_column(ForeignKey("requesters.id"))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_response_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unanswered_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    prioritised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clock_version: Mapped[int] = mapped_column(default=0)
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    merged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    inherited_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of the last that was merged into this one; what each brought is its `handed_on_since`."""
    handed_on_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follows: Mapped[int | None] = mapped_column(BigInteger)
    incident_id: Mapped[int | None] = mapped_column(BigInteger)
    link_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of the newest link to an incident that was heard of; what is older is stale."""
    noticed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unlinked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status_before_end: Mapped[str | None] = mapped_column(String(20))
    """While it is resolved by the end of its incident, what it goes back to if that was none."""
    unanswered_before_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wants_news: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Of the incident, beside its end."""
    rating: Mapped[int | None]
    rated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    requester: Mapped[Requester] = relationship()
    assignee: Mapped[Agent | None] = relationship(foreign_keys=[assignee_id])
    incident: Mapped[Incident | None] = relationship(
        primaryjoin=lambda: Incident.id == foreign(Ticket.incident_id)
    )
    messages: Mapped[list["TicketMessage"]] = relationship(order_by="TicketMessage.id")
    sources: Mapped[list["Ticket"]] = relationship(
        primaryjoin="Ticket.id == remote(foreign(Ticket.merged_into))",
        order_by="Ticket.id",
        viewonly=True,
    )

    __table_args__ = (
        Index("ix_tickets_requester_activity", "requester_id", "updated_at", "id"),
        Index("ix_tickets_activity", "updated_at", "id"),
        Index("ix_tickets_status_due", "status", "next_due_at"),
        Index("ix_tickets_assignee", "assignee_id", "status"),
        Index("ix_tickets_resolved_at", "resolved_at"),
        Index("ix_tickets_merged_into", "merged_into"),
        Index("ix_tickets_incident", "incident_id", "id"),
    )


class TicketMessage(Base):
    """One message of a thread; `delivery` is NULL for what a user wrote and what tells of a merge.
    A notice of an incident names it, and what it says and where it stood then."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    author_kind: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[str] = mapped_column(String(255))
    author_name: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivery: Mapped[str | None] = mapped_column(String(10))
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    incident_id: Mapped[int | None] = mapped_column(BigInteger)
    incident_status: Mapped[str | None] = mapped_column(String(20))
    notice: Mapped[str | None] = mapped_column(String(20))
    """NULL from a version that told only that we know, and news, which has a status."""
    is_note: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An agent's, for the other agents; nothing counts it and no requester sees it."""
    lowered: Mapped[str | None] = mapped_column(Text, deferred=True)
    """The body in lower case, by which it is found in any case and any database; NULL until
    somebody has lowered what a version wrote that did not know it."""

    incident: Mapped[Incident | None] = relationship(
        primaryjoin=lambda: Incident.id == foreign(TicketMessage.incident_id)
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        order_by="Attachment.id", lazy="selectin"
    )

    __table_args__ = (
        Index(
            "ix_messages_unlowered",
            "id",
            sqlite_where=text("lowered IS NULL"),
            postgresql_where=text("lowered IS NULL"),
        ),
    )

    @validates("body")
    def _lower(self, _: str, body: str) -> str:
        self.lowered = body.lower()
        return body


class Attachment(Base):
    """A file that came with a message. Its contents are in the store of files under `key`, where
    they were before this row; the same contents may have come with other messages too."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)


class MessageVersion(Base):
    """What a message said from `written_at` until it was edited."""

    __tablename__ = "message_versions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)
