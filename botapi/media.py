"""What people and bots send beside words: one file of a kind, and how Telegram describes it."""

import mimetypes
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, get_args

from botapi.errors import ApiError, bad_request
from botapi.photos import Photo, read_photo
from botapi.wire import FileKind, Json, Upload

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
KINDS: tuple[FileKind, ...] = get_args(FileKind)
WORDLESS: tuple[FileKind, ...] = ("video_note", "sticker")
"""These have no caption."""
ALBUM_SIZE = 10
ALBUMS = ({"photo", "video"}, {"document"}, {"audio"})
"""What may stand together in one album."""

_FRAME = {"width": 320, "height": 240}
_LASTING: Json = {"duration": 1}
_FACTS: Mapping[str, Json] = {
    "document": {},
    "video": _FRAME | _LASTING,
    "animation": _FRAME | _LASTING,
    "voice": _LASTING,
    "audio": _LASTING,
    "video_note": {"length": 240} | _LASTING,
    "sticker": {"type": "regular", "width": 512, "height": 512}
    | {"is_animated": False, "is_video": False},
}
"""Nobody plays them here, so all look and last alike."""
_USUAL: Mapping[FileKind, tuple[str, str]] = {
    "photo": ("photos", "image/jpeg"),
    "document": ("documents", "application/octet-stream"),
    "video": ("videos", "video/mp4"),
    "animation": ("animations", "video/mp4"),
    "voice": ("voice", "audio/ogg"),
    "audio": ("music", "audio/mpeg"),
    "video_note": ("video_notes", "video/mp4"),
    "sticker": ("stickers", "image/webp"),
}
"""The folder in which a bot finds it, and its type when nobody told one."""
_SUFFIXES = {"audio/ogg": ".oga", "image/jpeg": ".jpg", "application/octet-stream": ""}
_NAMED = ("document", "video", "animation", "audio")


class Media(Protocol):
    """A file in a message; the first of its ids is the one that shows it whole."""

    @property
    def kind(self) -> FileKind: ...

    @property
    def data(self) -> bytes: ...

    def ids(self) -> list[str]: ...

    def to_json(self) -> Json | list[Json]: ...

    def copy(self) -> "Media":
        """The same for another bot, which knows it under ids of its own."""
        ...


@dataclass(frozen=True)
class SentFile:
    """Anything but a photo. `file_name` is what the sender called it."""

    kind: FileKind
    data: bytes
    mime_type: str
    file_name: str | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def ids(self) -> list[str]:
        return [self.id]

    def copy(self) -> "SentFile":
        return SentFile(self.kind, self.data, self.mime_type, self.file_name)

    def to_json(self) -> Json:
        told: Json = {
            "file_id": self.id,
            "file_unique_id": self.id[:12],
            "file_size": len(self.data),
            **_FACTS[self.kind],
        }
        if self.kind not in WORDLESS:
            told["mime_type"] = self.mime_type
        if self.file_name and self.kind in _NAMED:
            told["file_name"] = self.file_name
        return told


def read_media(kind: FileKind, upload: Upload) -> Media:
    """Check an upload as Telegram does."""
    if kind == "photo":
        return read_photo(upload.data)
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > MAX_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    usual = _USUAL[kind][1]
    guessed = mimetypes.guess_type(upload.file_name)[0] if upload.file_name else None
    mime_type = guessed or upload.mime_type or usual
    return SentFile(kind, upload.data, mime_type, upload.file_name or None)


def path_of(media: Media, number: int) -> str:
    """Where a bot finds the bytes, such as `documents/file_7.pdf`."""
    folder, usual = _USUAL[media.kind]
    mime_type = media.mime_type if isinstance(media, SentFile) else usual
    suffix = _SUFFIXES.get(mime_type, mimetypes.guess_extension(mime_type) or "")
    return f"{folder}/file_{number}{suffix}"


def described(media: Media) -> Json:
    """The field of the message that shows it; an animation is a document too."""
    told: Json = {media.kind: media.to_json()}
    return told | {"document": media.to_json()} if media.kind == "animation" else told


def is_photo(media: Media | None) -> bool:
    return isinstance(media, Photo)
