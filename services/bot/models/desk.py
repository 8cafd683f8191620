"""Who works, when agents are told, their group and its topics, and what was parked."""

from datetime import datetime, time

from sqlalchemy import BigInteger, String, Text, Time
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.database import UtcDateTime
from services.bot.models.base import Base


class Lease(Base):
    """Which replica works, and until when nobody else may."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class AgentHours(Base):
    """When an agent wants to be told of things; `quiet_from` and `quiet_to` are times of day by the
    desk's clock, both or neither."""

    __tablename__ = "agent_hours"

    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_off_duty: Mapped[bool] = mapped_column(default=False)
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_to: Mapped[time | None] = mapped_column(Time)


class AgentsGroup(Base):
    """The group that the configuration names by `named_id`, which is the chat `chat_id` now.

    `trouble` is why it takes no messages, `topics_trouble` why tickets have no topics there."""

    __tablename__ = "agents_groups"

    named_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger, index=True)
    is_forum: Mapped[bool] = mapped_column(default=False)
    trouble: Mapped[str | None] = mapped_column(Text)
    topics_trouble: Mapped[str | None] = mapped_column(Text)


class Topic(Base):
    """A ticket's topic in a group."""

    __tablename__ = "topics"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    thread_id: Mapped[int] = mapped_column(BigInteger)
    is_closed: Mapped[bool] = mapped_column(default=False)


class ParkedQueue(Base):
    """When agents were last told that a message of a queue is parked, and how many came since."""

    __tablename__ = "parked_queues"

    queue: Mapped[str] = mapped_column(String(255), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    untold: Mapped[int]
