"""The rows of the sla process. No behaviour here."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.storage.database import UtcDateTime
from chassis.storage.tables import BigId
from contracts.tickets import TicketFacts
from services.sla.columns import AsJson
from services.sla.domain import TicketClock


class Base(DeclarativeBase):
    """The metadata of the sla process."""


class ClockRow(Base):
    """All clocks of one ticket, and the newest that is known of the ticket.

    `clock` holds the truth. `next_at` is when the scan must look again, NULL when time alone
    changes nothing any more.
    """

    __tablename__ = "clocks"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clock: Mapped[TicketClock] = mapped_column(AsJson(TicketClock))
    ticket: Mapped[TicketFacts] = mapped_column(AsJson(TicketFacts))

    __table_args__ = (
        Index(
            "ix_clocks_next_at",
            "next_at",
            postgresql_where=next_at.is_not(None),
            sqlite_where=next_at.is_not(None),
        ),
    )


class CycleRow(Base):
    """One cycle, repeated from its ticket's clock for what is searched and counted. A cancelled one
    keeps its breach only when nobody answered: what goes on elsewhere is counted there."""

    __tablename__ = "cycles"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    metric: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(20))
    is_paused: Mapped[bool]
    priority: Mapped[str] = mapped_column(String(2))
    category: Mapped[str] = mapped_column(String(20))
    agent_id: Mapped[str | None] = mapped_column(String(255))
    agent_name: Mapped[str | None] = mapped_column(String(255))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    achieved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cause: Mapped[str | None] = mapped_column(String(20))
    satisfied_by: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        Index("ix_cycles_state_due", "state", "due_at"),
        Index("ix_cycles_achieved_at", "achieved_at"),
        Index("ix_cycles_breached_at", "breached_at"),
    )


class EditionRow(Base):
    """Promises as they were in force from `since` on, until the next row's."""

    __tablename__ = "editions"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)


class HolidayRow(Base):
    """A day of a country's holidays as one import told it. The newest version is the one that
    counts; older ones stay."""

    __tablename__ = "holidays"

    country: Mapped[str] = mapped_column(String(6), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    is_working: Mapped[bool]
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    library: Mapped[str] = mapped_column(String(20))


class AnnouncementRow(Base):
    """What was announced, and when. Only added to: a breach and its withdrawal both stay.

    `metric` is empty and `n` zero for what is said of all clocks of the ticket together.
    """

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    metric: Mapped[str] = mapped_column(String(20))
    n: Mapped[int]
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(100))
    announced_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fact: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        UniqueConstraint(
            "ticket_id", "metric", "n", "revision", "kind", name="uq_announcements_once"
        ),
    )
