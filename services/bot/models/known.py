"""Who wished to be told, and copies of what others own, as it was last heard of."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.database import UtcDateTime
from services.bot.models.base import Base


class Subscriber(Base):
    """A chat that is told of incidents: of all of them (0), or of one whose trouble it has too.

    `over_since` is since when that one is over: it may be back, and they have to be told."""

    __tablename__ = "subscribers"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    incident_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(8))
    over_since: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


NO_INCIDENT = 0
"""In the place of the id of the incident that a request is about."""


THE_APP = 0
"""In the place of the chat of a request that is followed in the app."""


class KnownRequest(Base):
    """How a request stands, as of `version`, and which incident it is about (0 for none), as of
    `link_version`: through it its chat is told of that incident. Those of the app are known from
    their first link on. One that was `resolved_with_incident` is open again as soon as that is,
    whenever we hear of it."""

    __tablename__ = "known_requests"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    resolved_with_incident: Mapped[bool] = mapped_column(default=False, server_default=false())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    link_version: Mapped[int]
    incident_id: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_known_requests_incident", "incident_id", "chat_id"),)


class KnownAgent(Base):
    """The bot's copy of the list of agents, which tickets owns: whom to notify."""

    __tablename__ = "agents"

    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    agent_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))


class KnownVersion(Base):
    """The newest version of a clock or an incident that was heard of: what is older is stale."""

    __tablename__ = "known_versions"

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    version: Mapped[int]
    known_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of when that was; None if an older bot than ours wrote it beside us."""


class KnownStatus(Base):
    """The one row of the open incidents, an `IncidentList` as JSON, as the public status of this
    version told them."""

    __tablename__ = "known_status"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    open_incidents: Mapped[str] = mapped_column(Text)
