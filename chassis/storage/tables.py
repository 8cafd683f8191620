"""The four tables that every process with a database has beside its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.storage.database import UtcDateTime

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key that counts up by itself; SQLite does that for INTEGER alone."""


class ChassisBase(DeclarativeBase):
    """The metadata of the chassis' own tables, apart from each service's."""


class OutboxRow(ChassisBase):
    """An event that was decided with the rows it speaks of, on its way to the broker."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    event_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    type: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(String(64))
    mandatory: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "id",
            postgresql_where=published_at.is_(None),
            sqlite_where=published_at.is_(None),
        ),
        Index(
            "ix_outbox_published",
            "published_at",
            postgresql_where=published_at.is_not(None),
            sqlite_where=published_at.is_not(None),
        ),
    )


class InboxRow(ChassisBase):
    """That a handler has taken an event into account; the second delivery finds it and stops."""

    __tablename__ = "inbox"

    event_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    handler: Mapped[str] = mapped_column(String(100), primary_key=True)
    handled_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_inbox_handled", "handled_at"),)


class AttemptRow(ChassisBase):
    """That a handler has an event in hand which comes again, for the `begun`th time; gone when it
    ends well or badly. What is left tells of a process that ended meanwhile."""

    __tablename__ = "attempts"

    event_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    handler: Mapped[str] = mapped_column(String(100), primary_key=True)
    begun: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_attempts_begun", "begun_at"),)


class CommandRow(ChassisBase):
    """A command that was carried out, and what it answered, for whoever repeats it."""

    __tablename__ = "commands"

    command_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_commands_done", "done_at"),)
