"""Messages with files, one or an album of them; and where a bot finds what it was sent."""

import secrets
from dataclasses import dataclass
from functools import partial

from botapi.conversations import Conversation, Message
from botapi.entities import FormattedText
from botapi.errors import bad_request
from botapi.formatting import format_caption
from botapi.media import ALBUM_SIZE, ALBUMS, KINDS, WORDLESS, Media, read_media
from botapi.methods.chats import writable_conversation
from botapi.methods.sending import add_message, with_users
from botapi.people import Bot
from botapi.wire import FileKind, Json, Parameters
from botapi.world import World


def get_file(world: World, bot: Bot, given: Parameters) -> Json:
    return world.files.tell(bot.id, given.text("file_id"))


def sender_of(kind: FileKind) -> partial[Json]:
    """The method that sends one file of a kind."""
    return partial(_send_file, kind)


def send_media_group(world: World, bot: Bot, given: Parameters) -> list[Json]:
    """All of it or, when one part is refused, nothing."""
    conversation = writable_conversation(world, bot, given)
    parts = [_part(world, bot, given, item) for item in _listed(given)]
    _check_together([part.media.kind for part in parts])
    album = str(secrets.randbits(53))
    sent = [_add(world, conversation, part, given) for part in parts]
    for message in sent:
        message.album = album
    return [message.to_json() for message in sent]


def read_caption(world: World, given: Parameters) -> FormattedText:
    """The words under a file, which may be none."""
    entities = given.structure("caption_entities")
    caption = format_caption(given.text("caption"), given.text("parse_mode"), entities)
    return with_users(world, caption)


@dataclass(frozen=True)
class _Part:
    media: Media
    caption: FormattedText


def _send_file(kind: FileKind, world: World, bot: Bot, given: Parameters) -> Json:
    conversation = writable_conversation(world, bot, given)
    part = _Part(_media(world, bot, given, name=kind, kind=kind), _caption(world, given, kind))
    return _add(world, conversation, part, given).to_json()


def _add(world: World, conversation: Conversation, part: _Part, given: Parameters) -> Message:
    message = add_message(world, conversation, part.caption, given)
    message.media = part.media
    world.files.keep(conversation.bot.id, part.media)
    return message


def _caption(world: World, given: Parameters, kind: FileKind) -> FormattedText:
    if kind in WORDLESS:
        return FormattedText("", ())
    return read_caption(world, given)


def _media(world: World, bot: Bot, given: Parameters, *, name: str, kind: FileKind) -> Media:
    """Uploaded, or sent again by its id; this server fetches nothing from elsewhere."""
    upload = given.file(name)
    if upload is not None:
        return read_media(kind, upload)
    if given.given(name):
        return world.files.find(bot.id, given.text(name), kind)
    raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")


def _listed(given: Parameters) -> list[Json]:
    items = given.structure("media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) == 1:  # the manual asks for 2–10; how the refusal is worded it does not say
        raise bad_request("too few messages to send as an album")
    if len(items) > ALBUM_SIZE:
        raise bad_request("too many messages to send as an album")
    return items


def _part(world: World, bot: Bot, given: Parameters, item: object) -> _Part:
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind not in set.union(*ALBUMS):
        named = "unsupported" if kind in KINDS else "unknown"
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is {named}')
    if not item.get("media"):
        raise bad_request("can't parse InputMedia: media not found")
    of_item = given.within(item)
    return _Part(_media(world, bot, of_item, name="media", kind=kind), read_caption(world, of_item))


def _check_together(kinds: list[FileKind]) -> None:
    if not any(set(kinds) <= album for album in ALBUMS):
        lonely = "document" if "document" in kinds else "audio"
        raise bad_request(f"{lonely} can't be mixed with other media types")
