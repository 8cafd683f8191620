"""The ledger's rows: what was booked, and how often the booking was heard of."""

from sqlalchemy import Engine, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.storage.tables import BigId, ChassisBase


class Base(DeclarativeBase):
    """The metadata of the ledger."""


class Entry(Base):
    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    text: Mapped[str] = mapped_column(String(100))


class Tally(Base):
    """One row for each effect of the event; two of the same text are a doubled effect."""

    __tablename__ = "tallies"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    text: Mapped[str] = mapped_column(String(100))
    request_id: Mapped[str | None] = mapped_column(String(64))


def create_tables(engine: Engine) -> None:
    ChassisBase.metadata.create_all(engine)
    Base.metadata.create_all(engine)
