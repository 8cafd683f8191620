"""The rows of the sla process. No behaviour here."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.storage.database import UtcDateTime
from chassis.storage.tables import BigId
from contracts.tickets import TicketFacts
from services.sla.columns import AsJson
from services.sla.domain import Cycle


class Base(DeclarativeBase):
    """The metadata of the sla process."""


class CycleRow(Base):
    """One clock of one ticket, and the newest that is known of the ticket.

    `cycle` holds the truth; the columns beside it repeat what is searched and counted by. `next_at`
    is when the scan must look again, NULL when time alone changes nothing any more.
    """

    __tablename__ = "cycles"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    metric: Mapped[str] = mapped_column(String(20), primary_key=True)
    n: Mapped[int]
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    achieved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cause: Mapped[str | None] = mapped_column(String(20))
    cycle: Mapped[Cycle] = mapped_column(AsJson(Cycle))
    ticket: Mapped[TicketFacts] = mapped_column(AsJson(TicketFacts))

    __table_args__ = (
        Index(
            "ix_cycles_next_at",
            "next_at",
            postgresql_where=next_at.is_not(None),
            sqlite_where=next_at.is_not(None),
        ),
        Index("ix_cycles_state_due", "state", "due_at"),
        Index("ix_cycles_achieved_at", "achieved_at"),
        Index("ix_cycles_breached_at", "breached_at"),
    )


class AnnouncementRow(Base):
    """What was announced, and when. Only added to: a breach and its withdrawal both stay."""

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
