"""What a person did, read out of a Telegram update. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from telegram import Chat, MaybeInaccessibleMessage, Message, Update, User
from telegram.constants import MessageAttachmentType

from contracts.texts import is_blank
from services.bot.files.sent_files import SentFile, file_in
from services.bot.markup import one_line

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?\s*\Z", re.DOTALL)
GARBLED = re.compile(r"/([A-Za-z][\w/]*)(?:@([A-Za-z0-9_]+))?")
"""A command with something else than a space behind its name; a path is a name of its own."""
OF_A_TICKET = frozenset(
    {"view", "take", "reply", "canned", "note", "close", "assign", "priority", "merge", "link"}
)
LONGEST = 8_000
"""Of the words of an album; a message of a ticket holds 10 000 characters."""
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
    """The kind of what came beside the text."""
    files: tuple[SentFile, ...] = ()
    with_updates: tuple[int, ...] = ()
    """The rows of the other messages of its album."""
    with_messages: tuple[int, ...] = ()
    """And those messages."""
    callback_id: str | None = None
    is_caption: bool = False
    """The message under whose button was pressed has a file, so its words are a caption."""
    thread_id: int | None = None
    """The topic of a group in which it was done."""
    is_anonymous: bool = False
    """It is said in the name of a group or channel, so that nobody knows who says it."""
    is_forwarded: bool = False
    """It repeats what was said elsewhere, mostly by somebody else."""
    written_at: datetime | None = None
    """When Telegram first had the message, in whole seconds; its edits come later."""


@dataclass(frozen=True)
class Call:
    """A command: its name in lower case without the slash, and what follows it."""

    name: str
    argument: str = ""
    is_garbled: bool = False
    """What follows the name does so without a space, so nobody knows what was meant."""


def read(update: Update, bot_id: int) -> Incoming | None:
    """What the update says to the bot with this id; None when it is none of its business."""
    if update.callback_query is not None:
        return _pressed(update)
    if update.message is not None:
        return _written(update.message, Deed.WROTE, bot_id)
    if update.edited_message is not None:
        return _written(update.edited_message, Deed.EDITED, bot_id)
    return _membership(update)


def words_in(message: Message) -> str:
    """Its text or caption, as far as a database takes it."""
    return _UNSPEAKABLE.sub("", message.text or message.caption or "").strip()


def joined(first: Incoming, others: Sequence[tuple[int, Incoming]]) -> Incoming:
    """An album as one message: the words of all, the files of all. `others` with their rows; those
    with whose words it would be too long stay messages of their own."""
    while others and sum(len(one.text) + 1 for _, one in others) + len(first.text) > LONGEST:
        others = others[:-1]
    parts = [first, *(one for _, one in others)]
    return replace(
        first,
        text="\n".join(part.text for part in parts if part.text),
        files=tuple(file for part in parts for file in part.files),
        with_updates=tuple(row_id for row_id, _ in others),
        with_messages=tuple(part.message_id for _, part in others),
    )


def chat_of(update: Update) -> int:
    """The chat whose order the update keeps to; 0 when it has none."""
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0


def command_of(text: str, bot_username: str) -> Call | None:
    """The command in a text, None when it is none. `/view_42` is `view` with `42`, and so with
    every command that begins with a ticket's number.

    One addressed to another bot has the empty name, which nobody answers.
    """
    whole = COMMAND.match(text.strip())
    found = whole or GARBLED.match(text.strip())
    if found is None:
        return None
    addressee = found.group(2)
    if addressee is not None and addressee.lower() != bot_username.lower():
        return Call("", is_garbled=whole is None)
    name, number = _number_apart(found.group(1).lower())
    if whole is None:
        return Call(name, is_garbled=True)
    return Call(name, f"{number} {whole.group(3) or ''}".strip())


def _number_apart(name: str) -> tuple[str, str]:
    command, _, number = name.partition("_")
    is_apart = command == "view" or (command in OF_A_TICKET and number.isdecimal())
    return (command, number) if is_apart else (name, "")


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
        is_caption=getattr(query.message, "effective_attachment", None) is not None,
        thread_id=_thread_of(query.message),
    )


def _written(message: Message, deed: Deed, bot_id: int) -> Incoming | None:
    text = words_in(message)
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
        reply_to=_reply_to(message, bot_id),
        attachment=attachment,
        files=(file,) if (file := file_in(message, attachment)) else (),
        thread_id=_thread_of(message),
        is_anonymous=message.sender_chat is not None,
        is_forwarded=message.forward_origin is not None,
        written_at=message.date,
    )


def _reply_to(message: Message, bot_id: int) -> int | None:
    """The message that it answers. In a group only what the bot itself has said is answered by it;
    and whatever is written in a topic seems to answer the line that opened the topic."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return None
    is_private = message.chat.type == Chat.PRIVATE
    is_ours = answered.from_user is not None and answered.from_user.id == bot_id
    return answered.message_id if is_private or is_ours else None


def _thread_of(message: MaybeInaccessibleMessage) -> int | None:
    if not isinstance(message, Message) or not message.is_topic_message:
        return None
    return message.message_thread_id


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
    name = one_line(_UNSPEAKABLE.sub("", user.full_name), 100)
    return Who(user.id, str(user.id) if is_blank(name) else name, user.language_code)


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
