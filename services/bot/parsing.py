"""What a person did, read out of a Telegram update; and the arguments of commands. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import Chat, Message, Update, User
from telegram.constants import MessageAttachmentType

from contracts.tickets import LARGEST_ID
from services.bot.markup import one_line

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?\s*\Z", re.DOTALL)
TICKET = re.compile(r"[#№]?\s*(\d{1,19})(?:\s+(.*))?\s*\Z", re.DOTALL)
_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")


class Deed(StrEnum):
    """The kinds of things people do that concern the bot."""

    WROTE = "wrote"
    EDITED = "edited"
    PRESSED = "pressed"
    BLOCKED = "blocked"
    CAME_BACK = "came_back"


@dataclass(frozen=True)
class Who:
    """The person behind an update. The key is the id; names change."""

    id: int
    name: str
    language: str | None


@dataclass(frozen=True)
class Incoming:
    """One thing a person did. `text` is the text, the caption, or a button's data."""

    deed: Deed
    who: Who
    chat_id: int
    is_private: bool
    message_id: int
    text: str = ""
    reply_to: int | None = None
    attachment: str | None = None
    callback_id: str | None = None


@dataclass(frozen=True)
class Call:
    """A command: its name in lower case without the slash, and what follows it."""

    name: str
    argument: str = ""


class WrongCall(Exception):
    """A command was called in a way that makes no sense; `reason` names the words that say why."""

    def __init__(self, command: str, reason: str | None = None, **values: object) -> None:
        super().__init__(command)
        self.command = command
        self.reason = reason
        self.values = values


def read(update: Update) -> Incoming | None:
    """What the update says; None when it is none of the bot's business."""
    if update.callback_query is not None:
        return _pressed(update)
    if update.message is not None:
        return _written(update.message, Deed.WROTE)
    if update.edited_message is not None:
        return _written(update.edited_message, Deed.EDITED)
    return _membership(update)


def chat_of(update: Update) -> int:
    """The chat whose order the update keeps to; 0 when it has none."""
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0


def command_of(text: str, bot_username: str) -> Call | None:
    """The command in a text, None when it is none. `/view_42` is `view` with `42`.

    One addressed to another bot has the empty name, which nobody answers.
    """
    found = COMMAND.match(text.strip())
    if found is None:
        return None
    name, addressee, argument = found.groups()
    if addressee is not None and addressee.lower() != bot_username.lower():
        return Call("")
    name, argument = name.lower(), (argument or "").strip()
    if name.startswith("view_"):
        return Call("view", f"{name.removeprefix('view_')} {argument}".strip())
    return Call(name, argument)


def ticket_id_of(argument: str, command: str) -> int:
    """The ticket that an argument names and nothing else. Raises WrongCall."""
    ticket_id, rest = ticket_and_text(argument, command)
    if rest:
        raise WrongCall(command)
    return ticket_id


def ticket_and_text(argument: str, command: str) -> tuple[int, str]:
    """`42 words` as 42 and `words`, which may be empty. Raises WrongCall."""
    found = TICKET.match(argument)
    if found is None:
        raise WrongCall(command)
    ticket_id = int(found.group(1))
    if not 0 < ticket_id <= LARGEST_ID:
        raise WrongCall(command)
    return ticket_id, (found.group(2) or "").strip()


def reply_of(argument: str) -> tuple[int, str]:
    """What `/reply` was given. Raises WrongCall when ticket or text is missing."""
    ticket_id, text = ticket_and_text(argument, "reply")
    if not text:
        raise WrongCall("reply", "bot.wrong.no_text")
    return ticket_id, text


def text_of(argument: str, command: str, limit: int) -> str:
    """A text that must be there and be at most `limit` characters. Raises WrongCall."""
    text = argument.strip()
    if not text:
        raise WrongCall(command)
    if len(text) > limit:
        raise WrongCall(command, "bot.wrong.too_long", limit=limit, length=len(text))
    return text


def title_of(argument: str, limit: int) -> str:
    """An incident's title: the whole text, on one line. Raises WrongCall."""
    return text_of(" ".join(argument.split()), "incident", limit)


def _pressed(update: Update) -> Incoming | None:
    query = update.callback_query
    assert query is not None
    if query.message is None or not query.data:
        return None
    return Incoming(
        deed=Deed.PRESSED,
        who=_who(query.from_user),
        chat_id=query.message.chat.id,
        is_private=query.message.chat.type == Chat.PRIVATE,
        message_id=query.message.message_id,
        text=query.data,
        callback_id=query.id,
    )


def _written(message: Message, deed: Deed) -> Incoming | None:
    text = _UNSPEAKABLE.sub("", message.text or message.caption or "").strip()
    attachment = _attachment_of(message)
    if message.from_user is None or not (text or attachment):
        return None
    return Incoming(
        deed=deed,
        who=_who(message.from_user),
        chat_id=message.chat.id,
        is_private=message.chat.type == Chat.PRIVATE,
        message_id=message.message_id,
        text=text,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        attachment=attachment,
    )


def _membership(update: Update) -> Incoming | None:
    change = update.my_chat_member
    if change is None:
        return None
    is_gone = change.new_chat_member.status in {"kicked", "left"}
    return Incoming(
        deed=Deed.BLOCKED if is_gone else Deed.CAME_BACK,
        who=_who(change.from_user),
        chat_id=change.chat.id,
        is_private=change.chat.type == Chat.PRIVATE,
        message_id=0,
    )


def _who(user: User) -> Who:
    return Who(user.id, one_line(user.full_name, 100) or str(user.id), user.language_code)


ATTACHMENTS = (
    MessageAttachmentType.ANIMATION,  # before document: an animation is one too
    MessageAttachmentType.PHOTO,
    MessageAttachmentType.VIDEO,
    MessageAttachmentType.VIDEO_NOTE,
    MessageAttachmentType.VOICE,
    MessageAttachmentType.AUDIO,
    MessageAttachmentType.DOCUMENT,
    MessageAttachmentType.STICKER,
    MessageAttachmentType.LOCATION,
    MessageAttachmentType.CONTACT,
)


def _attachment_of(message: Message) -> str | None:
    """The kind of what was sent beside the text; kinds without a name of their own are `other`."""
    for kind in ATTACHMENTS:
        if getattr(message, kind, None):
            return str(kind.value)
    return "other" if message.effective_attachment else None
