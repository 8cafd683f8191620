"""The rows of the incidents process. No behaviour here."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.storage.database import UtcDateTime
from chassis.storage.tables import BigId


class Base(DeclarativeBase):
    """The metadata of the incidents process."""


class Incident(Base):
    """Something that hits many. A withdrawn one stays for the history, and nobody sees it.

    `started_at` is when the agent declared it, `public_since` when it was stored and shown,
    `changed_at` when it last changed. `next_update_by` is the public's; `remind_at` is when the
    next of the `reminders` is due. All three are for an open one. `affected` counts the linked
    tickets, and whoever joined without one.
    """

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    impact: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    public_since: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by: Mapped[str] = mapped_column(String(255))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_update_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    reminders: Mapped[int]
    affected: Mapped[int]
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    postmortem: Mapped[str | None] = mapped_column(Text)
    postmortem_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(255))

    updates: Mapped[list["IncidentUpdate"]] = relationship(order_by="IncidentUpdate.id")
    effects: Mapped[list["IncidentEffect"]] = relationship(order_by="IncidentEffect.id")

    __table_args__ = (
        Index("ix_incidents_started_at", "started_at", "id"),
        Index("ix_incidents_resolved_at", "resolved_at"),
    )


class IncidentUpdate(Base):
    """What the public was told, and by whom. `display_at` is when its author says it was so."""

    __tablename__ = "incident_updates"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(255))
    display_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IncidentEffect(Base):
    """How an incident hit a component in [from_at, until_at); without an end it still does."""

    __tablename__ = "incident_effects"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    component: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class IncidentAct(Base):
    """The audit trail: who did what with an incident, and from where. Never changed."""

    __tablename__ = "incident_acts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(255))
    origin: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, str]] = mapped_column(JSON)


class Maintenance(Base):
    """Planned work on components. `ended_at` is when it ended in fact, also when cancelled."""

    __tablename__ = "maintenances"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20), index=True)
    components: Mapped[list[str]] = mapped_column(JSON)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    announced_by: Mapped[str] = mapped_column(String(255))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IncidentTicket(Base):
    """Which incident a ticket is about. `version` counts the links that the ticket has had;
    `requester_id` is whose it is, None while that is not known."""

    __tablename__ = "incident_tickets"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    version: Mapped[int]
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    linked_by: Mapped[str] = mapped_column(String(255))
    requester_id: Mapped[str | None] = mapped_column(String(255))

    __table_args__ = (Index("ix_incident_tickets_requester", "incident_id", "requester_id"),)


class Follower(Base):
    """Somebody who said to have an incident's trouble too; counted while no ticket of theirs is."""

    __tablename__ = "followers"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    requester_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TicketOpening(Base):
    """A ticket of the last day, as its newest `version` that was heard tells it."""

    __tablename__ = "ticket_openings"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int]
    category: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requester_id: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_ticket_openings_category", "category", "opened_at"),)


class OpeningCount(Base):
    """How many tickets of a category were opened in the hour that begins at `hour`."""

    __tablename__ = "opening_counts"

    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]


class Suspicion(Base):
    """That a category may be hit by an incident, and what agents said to it. `examples` are ids and
    subjects of tickets."""

    __tablename__ = "suspicions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    category: Mapped[str] = mapped_column(String(20))
    suspected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    quiet_until: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int]
    usual: Mapped[float | None] = mapped_column(Float)
    window_minutes: Mapped[int]
    examples: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    answer: Mapped[str | None] = mapped_column(String(20))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(255))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))

    __table_args__ = (Index("ix_suspicions_category", "category", "quiet_until"),)


class PublicStatus(Base):
    """The one row that counts the changes of all incidents; the first migration makes it.

    Since `known_since` it is known how every component was.
    """

    __tablename__ = "public_status"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    known_since: Mapped[datetime] = mapped_column(UtcDateTime)
