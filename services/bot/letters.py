"""What the bot wants Telegram to do, as plain values: messages, edits, their order.

Pure: handlers and event handlers make them, the outbox keeps them, the sender carries them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from services.bot.files.enclosures import Enclosure
from services.bot.markup import Html

SUPPORT_BOT, MAIN_BOT = "support", "main"
"""Who sends a message: the bot that people talk with, or the product's, which only tells."""


class StandsFor(StrEnum):
    """Whose message it is that a group hears: if it does not take it, they are told in private."""

    ON_DUTY = "on_duty"
    """When they want to be told."""
    ALL = "all"
    """At once: it is urgent."""


def widest(whose: Iterable[str | None]) -> StandsFor | None:
    """Whose messages these are together."""
    found = set(whose)
    return next((one for one in (StandsFor.ALL, StandsFor.ON_DUTY) if one in found), None)


class Rank(IntEnum):
    """What goes first when several messages wait for a chat."""

    ANSWER = 0
    """An agent's answer to a user."""
    REPLY = 1
    """The bot's reply to whoever talks to it."""
    ALARM = 2
    """An incident."""
    BREACH = 3
    WARNING = 4
    NOTICE = 5
    """A new ticket, a user's message."""
    BROADCAST = 6


DIGESTIBLE = (Rank.BREACH, Rank.WARNING, Rank.NOTICE)
"""What may become a line of a digest when too much waits for one chat."""
TOLD_TO_AGENTS = (Rank.ALARM, *DIGESTIBLE)
"""What agents alone are told without having asked."""


@dataclass(frozen=True)
class Button:
    """A button under a message; `data` comes back when it is pressed, at most 64 bytes."""

    text: str
    data: str


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class AnswerRef:
    """The agent's answer that a message carries, so that its delivery can be reported."""

    ticket_id: int
    message_id: int


@dataclass(frozen=True)
class Letter:
    """A message to send. A long one is split; the buttons come under its last part.

    With a picture the text is its caption; what is too long for one follows as messages.
    """

    chat_id: int
    text: Html
    rank: Rank = Rank.REPLY
    buttons: Keyboard = ()
    ticket_id: int | None = None
    """A reply to this message means this ticket."""
    is_for_note: bool = False
    """A reply to it is a note in that ticket, not an answer."""
    is_to_requester: bool = False
    """It is for whoever asked, so that a reply to it is theirs, even if they are an agent."""
    bot: str = SUPPORT_BOT
    reply_to: int | None = None
    forces_reply: bool = False
    summary: Html | None = None
    """Its line in a digest; without one it is never folded into a digest."""
    answer: AnswerRef | None = None
    language: str = "ru"
    not_before: datetime | None = None
    """It is not sent earlier."""
    stands_for: StandsFor | None = None
    thread_id: int | None = None
    """The topic of the group in which it was asked for."""
    topic: str | None = None
    """The name of its ticket's topic, for a group that has topics."""
    topic_act: str | None = None
    """What is done to that topic, instead of a message."""
    photo: bytes | None = None
    """A picture such as a PNG. A letter with one is never folded into a digest."""
    files: tuple[Enclosure, ...] = ()
    """Files of the store, sent as what they are; the text is the caption of the first if it fits
    and nothing stands in the way, else it comes before them."""


@dataclass(frozen=True)
class Edit:
    """A new face for a message that was sent before."""

    chat_id: int
    message_id: int
    text: Html
    buttons: Keyboard = ()
    is_caption: bool = False
    """That message has a file, and its words are a caption."""


@dataclass(frozen=True)
class Toast:
    """The short answer to a pressed button."""

    text: str = ""
    is_alert: bool = False
