"""What a watcher sees: the messages of a chat, their buttons and files, the calls bots made."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self, get_args

from botapi import utf16
from botapi.wire import FileKind, Json


@dataclass(frozen=True)
class Button:
    text: str
    data: str | None
    url: str | None


@dataclass(frozen=True)
class CallbackAnswer:
    text: str
    show_alert: bool
    url: str


@dataclass(frozen=True)
class Photo:
    """The largest size of a picture, in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Enclosed:
    """A file that a person sends, with the words under it."""

    kind: FileKind
    data: bytes
    caption: str = ""
    file_name: str = ""
    mime_type: str = ""

    def to_json(self) -> Json:
        return dict(vars(self)) | {"data": b64encode(self.data).decode()}


@dataclass(frozen=True)
class SeenFile:
    """A file in a message; `name` is what its sender called it, where Telegram tells that."""

    kind: FileKind
    name: str | None
    mime_type: str | None
    size: int


@dataclass(frozen=True)
class ChatMessage:
    """A message as a person sees it now. Times are seconds since the epoch, with fractions.

    With a file `text` is the caption, which may be empty. Messages of one `album` came together.
    """

    id: int
    author: str
    author_id: int
    is_from_bot: bool
    text: str
    entities: tuple[Json, ...]
    rows: tuple[tuple[Button, ...], ...]
    markup: Json | None
    reply_to: int | None
    sent_at: float
    edited_at: float | None
    is_silent: bool
    is_deleted: bool
    earlier_texts: tuple[str, ...]
    photo: Photo | None = None
    topic: int | None = None
    """The topic of a forum in which it stands."""
    file: SeenFile | None = None
    album: str | None = None

    @property
    def buttons(self) -> Iterator[Button]:
        return (button for row in self.rows for button in row)

    def button(self, text: str) -> Button | None:
        """The first button whose text contains this one."""
        return next((button for button in self.buttons if text in button.text), None)

    def marked(self, kind: str) -> list[str]:
        """The parts of the text under entities of this type: `marked("bot_command")`."""
        found = (entity for entity in self.entities if entity["type"] == kind)
        return [utf16.cut(self.text, entity["offset"], entity["length"]) for entity in found]

    @classmethod
    def from_json(cls, seen: Json) -> Self:
        rows = (seen["markup"] or {}).get("inline_keyboard", [])
        return cls(
            id=seen["message_id"],
            author=seen["from"]["first_name"],
            author_id=seen["from"]["id"],
            is_from_bot=seen["from"]["is_bot"],
            text=seen.get("text") or seen.get("caption") or "",
            entities=tuple(seen.get("entities") or seen.get("caption_entities") or []),
            rows=tuple(tuple(_button(button) for button in row) for row in rows),
            markup=seen["markup"],
            reply_to=seen.get("reply_to_message", {}).get("message_id"),
            sent_at=seen["sent_at"],
            edited_at=seen["edited_at"],
            is_silent=seen["is_silent"],
            is_deleted=seen["is_deleted"],
            earlier_texts=tuple(revision["text"] for revision in seen["revisions"]),
            photo=_largest(seen.get("photo", [])),
            topic=seen.get("message_thread_id"),
            file=_file(seen),
            album=seen.get("media_group_id"),
        )


@dataclass(frozen=True)
class Topic:
    """A topic of a forum."""

    id: int
    name: str
    opened_by: int
    is_closed: bool


@dataclass(frozen=True)
class Call:
    """One call of a bot; `status` is None while it has no answer, or never got one, and `ended_at`
    while it is carried out."""

    number: int
    bot: str
    method: str
    chat_id: int | None
    parameters: Json
    at: float
    status: int | None
    ended_at: float | None = None


def _largest(sizes: list[Json]) -> Photo | None:
    return Photo(sizes[-1]["width"], sizes[-1]["height"]) if sizes else None


def _file(seen: Json) -> SeenFile | None:
    """An animation is shown as a document too, and comes before it."""
    kinds: tuple[FileKind, ...] = get_args(FileKind)
    for kind in sorted(kinds, key=lambda one: one == "document"):
        if told := seen.get(kind):
            facts = told[-1] if isinstance(told, list) else told
            name, mime_type = facts.get("file_name"), facts.get("mime_type")
            return SeenFile(kind, name, mime_type, facts["file_size"])
    return None


def _button(button: Json) -> Button:
    return Button(button["text"], button.get("callback_data"), button.get("url"))
