"""What may become of a message at Telegram, in our words. Pure."""

from dataclasses import dataclass

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from services.bot.files.enclosures import Shape
from services.bot.letters import Keyboard

_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "have no rights to send")
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class OutFile:
    """A file as Telegram is to show it."""

    shape: Shape
    name: str
    data: bytes


@dataclass(frozen=True)
class Message:
    """What Telegram is to show. `edits` names the message that gets this face, which is a caption
    or not; with a `photo` or `files` the text, which may be empty then, is the caption of the first
    of them. Several files are an album."""

    chat_id: int
    text: str
    buttons: Keyboard = ()
    reply_to: int | None = None
    forces_reply: bool = False
    edits: int | None = None
    photo: bytes | None = None
    thread_id: int | None = None
    files: tuple[OutFile, ...] = ()
    is_caption: bool = False


@dataclass(frozen=True)
class Taken:
    """Telegram has it, under this id; the other messages of an album under ids of their own."""

    message_id: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Telegram will never take it; `is_dead`: nor anything else for this chat."""

    reason: str
    is_dead: bool = False


@dataclass(frozen=True)
class Held:
    """Telegram asks to leave this chat alone for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Moved:
    """The group has become another chat."""

    chat_id: int


@dataclass(frozen=True)
class NotSent:
    """It never reached Telegram."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """It may have been taken, or not."""

    reason: str


@dataclass(frozen=True)
class TopicOpened:
    """The topic in which it belongs is there now; the message itself has still to go."""

    thread_id: int


@dataclass(frozen=True)
class TopicGone:
    """Somebody has deleted the topic in which it belongs."""


@dataclass(frozen=True)
class TopicsRefused:
    """The group lets us make no topics, or has none; the message goes without."""

    reason: str


Outcome = (
    Taken | Refused | Held | Moved | NotSent | Unknown | TopicOpened | TopicGone | TopicsRefused
)


def outcome_of(error: TelegramError, message: Message) -> Outcome:
    """What an error says about the message. Whatever is not plain is unknown."""
    reason = str(error)
    match error:
        case RetryAfter():
            return Held(seconds_of(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case BadRequest():
            return _outcome_of_bad_request(reason, message)
        case Forbidden():
            return Refused(reason, is_dead=True)
    never_left = isinstance(error, NetworkError) and isinstance(error.__cause__, _NEVER_LEFT)
    if never_left or isinstance(error, InvalidToken):
        return NotSent(reason)
    return Unknown(reason)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def _outcome_of_bad_request(reason: str, message: Message) -> Outcome:
    if message.edits is not None and "message is not modified" in reason.lower():
        return Taken(message.edits)
    if message.thread_id is not None and "thread not found" in reason.lower():
        return TopicGone()
    return Refused(reason, is_dead=any(words in reason.lower() for words in _GONE))
