"""Files that go with a message: as what Telegram shows each, and which stand in one album. Pure."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from contracts.tickets import AttachmentView

ALBUM_SIZE = 10
PHOTO_BYTES = 10 * 2**20
"""What is larger Telegram takes as a document only."""


class Shape(StrEnum):
    """As what Telegram shows a file."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    VOICE = "voice"
    AUDIO = "audio"
    DOCUMENT = "document"


SHAPES = {
    "image/jpeg": Shape.PHOTO,
    "image/png": Shape.PHOTO,
    "image/webp": Shape.PHOTO,
    "image/gif": Shape.ANIMATION,
    "video/mp4": Shape.VIDEO,
    "audio/ogg": Shape.VOICE,
    "audio/mpeg": Shape.AUDIO,
    "audio/mp4": Shape.AUDIO,
}
"""Everything else goes as a document."""
_ALBUMS = {Shape.PHOTO: "seen", Shape.VIDEO: "seen", Shape.DOCUMENT: "kept", Shape.AUDIO: "heard"}
"""Telegram lets only these stand together, each kind of album for itself."""


@dataclass(frozen=True)
class Enclosure:
    """A file in the desk's store; only its key is ever kept with a message. `size` is in bytes."""

    key: str
    media_type: str
    name: str
    size: int

    @classmethod
    def of(cls, file: AttachmentView) -> "Enclosure":
        return cls(file.key, file.media_type, file.name, file.size)

    @property
    def shape(self) -> Shape:
        shape = SHAPES.get(self.media_type, Shape.DOCUMENT)
        is_heavy = shape is Shape.PHOTO and self.size > PHOTO_BYTES
        return Shape.DOCUMENT if is_heavy else shape


Shaped = Callable[[Enclosure], Shape]


def enclosed(files: Iterable[AttachmentView]) -> tuple[Enclosure, ...]:
    """The files of a message of the thread, in its order."""
    return tuple(Enclosure.of(file) for file in files)


def albums(files: Sequence[Enclosure]) -> list[tuple[Enclosure, ...]]:
    """The files in their order, as the messages that carry them: alone or as an album."""
    found = list[tuple[Enclosure, ...]]()
    for file in files:
        if found and _stand_together(found[-1], file):
            found[-1] = (*found[-1], file)
        else:
            found.append((file,))
    return found


def write_files(files: Sequence[Enclosure]) -> str | None:
    """Files as they are kept with a message."""
    return json.dumps([asdict(file) for file in files]) if files else None


def read_files(kept: str | None) -> tuple[Enclosure, ...]:
    """Files as they were written."""
    return tuple(Enclosure(**file) for file in json.loads(kept)) if kept else ()


def _stand_together(album: tuple[Enclosure, ...], file: Enclosure) -> bool:
    kind = _ALBUMS.get(file.shape)
    return kind is not None and kind == _ALBUMS.get(album[0].shape) and len(album) < ALBUM_SIZE
