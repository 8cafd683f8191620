"""What people send beside words: a file of a kind, or an album of them."""

import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Self, cast

from botapi.actions import captioned, conversations_in, enter, tell
from botapi.conversations import Conversation, Message
from botapi.errors import ApiError, ControlError
from botapi.media import ALBUM_SIZE, ALBUMS, KINDS, WORDLESS, Media, read_media
from botapi.people import Group, Person
from botapi.wire import FileKind, Json, Upload
from botapi.world import World


@dataclass(frozen=True)
class Enclosure:
    """A file with the words under it."""

    media: Media
    caption: str = ""

    @classmethod
    def from_json(cls, body: Json) -> Self:
        """`data` is in base64. What the app would not send is refused."""
        kind, caption = body.get("kind"), str(body.get("caption") or "")
        if kind not in KINDS:
            raise ControlError(f"a file is one of: {', '.join(KINDS)}; not {kind!r}")
        if caption and kind in WORDLESS:
            raise ControlError(f"there is no caption under a {kind}")
        try:
            data = b64decode(str(body.get("data") or ""), validate=True)
        except NotBase64 as error:
            raise ControlError(f"the data of a file comes in base64: {error}") from None
        named = Upload(data, str(body.get("file_name") or ""), str(body.get("mime_type") or ""))
        try:
            return cls(read_media(cast(FileKind, kind), named), caption)
        except ApiError as error:
            raise ControlError(f"the app would not send this: {error.description}") from None


def send(
    world: World,
    person: Person,
    conversation: Conversation,
    enclosed: list[Enclosure],
    *,
    reply_to: int | None = None,
) -> list[Message]:
    """Send one file, or an album: several messages that show the same `media_group_id`."""
    _check_album([one.media.kind for one in enclosed])
    captions = [captioned(one.caption) for one in enclosed]
    album = str(secrets.randbits(53)) if len(enclosed) > 1 else None
    sent = []
    for one, caption in zip(enclosed, captions, strict=True):
        message = enter(world, person, conversation, caption, reply_to=reply_to)
        message.media, message.album = one.media.copy(), album
        world.files.keep(conversation.bot.id, message.media)
        tell(message, conversation.bot)
        sent.append(message)
    return sent


def send_in_group(
    world: World,
    person: Person,
    group: Group,
    enclosed: list[Enclosure],
    *,
    reply_to: int | None = None,
) -> list[Message]:
    """As in private; every bot of the group keeps its own copy, under ids of its own."""
    return [
        message
        for heard_by in conversations_in(world, person, group, reply_to)
        for message in send(world, person, heard_by, enclosed, reply_to=reply_to)
    ]


def _check_album(kinds: list[FileKind]) -> None:
    if not 1 <= len(kinds) <= ALBUM_SIZE:
        raise ControlError(f"people send 1 to {ALBUM_SIZE} files at once, not {len(kinds)}")
    if len(kinds) > 1 and not any(set(kinds) <= album for album in ALBUMS):
        raise ControlError(
            "an album holds photos and videos, or documents, or audio; these are "
            + ", ".join(kinds)
        )
