"""What came, what goes, and what became of it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from chassis.storage.database import UtcDateTime
from chassis.storage.tables import BigId
from services.bot.models.base import Base


class StoredUpdate(Base):
    """What Telegram sent, kept before it is confirmed and until it has had its effect.

    `received_at` is the person's own moment. `route` is where a user's message goes, decided once:
    handled again after a crash, it must not see the ticket it has opened itself.
    """

    __tablename__ = "updates"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(10))
    first_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    begun: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many processes have begun to handle it and not come to an end."""
    begun_by: Mapped[str | None] = mapped_column(String(32))
    """The last of them."""
    route: Mapped[str | None] = mapped_column(String(40))
    album: Mapped[str | None] = mapped_column(String(64))
    """Telegram's mark of the messages that were sent as one album."""
    files: Mapped[str | None] = mapped_column(Text)
    """Which files were kept and which not, of which updates, decided once like the route."""
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("bot_id", "update_id", name="uq_updates_bot_update"),
        Index("ix_updates_waiting", "state", "chat_id", "id"),
    )


class OutgoingMessage(Base):
    """A message or an edit on its way to a chat. `key` keeps a repeated cause from sending twice.

    `sending` found at start means that nobody knows whether Telegram took it.
    """

    __tablename__ = "outgoing"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    rank: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A picture, with `text` as its caption; let go of as soon as Telegram has it or refuses it."""
    files: Mapped[str | None] = mapped_column(Text)
    """Files of the store by their keys, `text` the first one's caption; several are an album."""
    are_documents: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Telegram did not take the files as what they are, so they go as documents."""
    buttons: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    edits: Mapped[int | None] = mapped_column(BigInteger)
    """The message that this gives a new face; None for a new message."""
    is_caption: Mapped[bool] = mapped_column(default=False, server_default=false())
    """That message has a file, so its new words are a caption."""
    reply_to: Mapped[int | None] = mapped_column(BigInteger)
    forces_reply: Mapped[bool]
    summary: Mapped[str | None] = mapped_column(Text)
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    answer_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """The agent's answer that this carries; its last part tells of the delivery."""
    is_last_part: Mapped[bool]
    is_for_note: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_to_requester: Mapped[bool] = mapped_column(default=False, server_default=false())
    bot: Mapped[str] = mapped_column(String(10), default="support", server_default="support")
    """Which of the two bots sends it."""
    state: Mapped[str] = mapped_column(String(10))
    is_repeat: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """It waits until then, and holds nothing else up."""
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    """The topic of a group in which it was asked for."""
    topic: Mapped[str | None] = mapped_column(String(128))
    """The name of the topic, its ticket's, to which it goes in a group that has topics."""
    topic_act: Mapped[str | None] = mapped_column(String(10))
    """Not a message but something to be done to that topic."""
    stands_for: Mapped[str | None] = mapped_column(String(10))
    """The agents whom a group's message is for, if nothing else tells them."""
    instead_of: Mapped[int | None] = mapped_column(BigInteger)
    """The row of a notice that says the same, and was in the air when this was written."""

    __table_args__ = (Index("ix_outgoing_waiting", "state", "chat_id", "rank", "id"),)


class DeliveryReport(Base):
    """What became of an agent's answer, until tickets has been told. What was refused because the
    chat was dead `awaits` the reader's return, then its arrival (`returning`)."""

    __tablename__ = "delivery_reports"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    answer_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    is_delivered: Mapped[bool]
    refusal: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    awaits: Mapped[str | None] = mapped_column(String(10), index=True)


class TicketMention(Base):
    """That a message in a chat speaks of a ticket: a reply to it means that ticket, and to one that
    asked for a note it is a note, to one for its requester their message, else an agent's answer.
    One that a person wrote into it is there as `thread_message_id`: an edit of it means that."""

    __tablename__ = "mentions"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    is_for_note: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_to_requester: Mapped[bool] = mapped_column(default=False, server_default=false())
    thread_message_id: Mapped[int | None] = mapped_column(BigInteger)


class EarlyEdit(Base):
    """What a message says that has not come yet: its edit has overtaken it."""

    __tablename__ = "early_edits"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ChatState(Base):
    """What the bot knows of a chat."""

    __tablename__ = "chats"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_dead: Mapped[bool] = mapped_column(default=False)
    """Telegram takes nothing for it; notices are not even tried until the person is back."""
    wants_new_ticket: Mapped[bool] = mapped_column(default=False)
    """The next message opens a ticket, whatever is open."""
    met_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody first wrote here or pressed a button; before that Telegram takes nothing."""
    quiet_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Telegram asked to wait so long with this chat."""


class MainBotChat(Base):
    """What is known of a chat of the main bot, whose updates are not ours."""

    __tablename__ = "main_bot_chats"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When Telegram last said that it takes nothing for it."""
    quiet_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Telegram asked to wait so long with this chat."""


class Question(Base):
    """A question put to an agent, named by the message that gave rise to it."""

    __tablename__ = "questions"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
