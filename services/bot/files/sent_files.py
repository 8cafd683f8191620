"""Files that people send: which message brings which, and what became of each. Pure but for
reading Telegram's own objects."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Message

from contracts.files import clean_file_name
from contracts.tickets import KeptFile

FETCHED = {
    "photo": "photo",
    "video": "video",
    "video_note": "video",
    "animation": "animation",
    "voice": "voice",
    "audio": "audio",
    "document": "file",
    "sticker": "sticker",
}
"""The kinds that are files, and what one without a name is called; its contents give the ending."""


@dataclass(frozen=True)
class SentFile:
    """A file at Telegram; `size` in bytes as Telegram tells it, None when it does not."""

    kind: str
    file_id: str
    name: str
    size: int | None = None


@dataclass(frozen=True)
class Lost:
    """A file that was not kept; `reason` names the words that say why."""

    name: str
    reason: str
    limit: int = 0
    """In megabytes, or in files, where that is the reason."""


@dataclass(frozen=True)
class TakenIn:
    """What became of the files of a message or an album. `updates` are the rows of the other
    messages of that album: they have had their effect together with the first."""

    kept: list[KeptFile] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    updates: list[int] = field(default_factory=list)

    def write(self) -> str:
        """As it is remembered."""
        kept = [one.model_dump() for one in self.kept]
        lost = [vars(one) for one in self.lost]
        return json.dumps({"kept": kept, "lost": lost, "updates": self.updates})

    @classmethod
    def read(cls, written: str) -> "TakenIn":
        """As it was remembered."""
        found: dict[str, Any] = json.loads(written)
        return cls(
            [KeptFile.model_validate(one) for one in found["kept"]],
            [Lost(**one) for one in found["lost"]],
            found["updates"],
        )


def file_in(message: Message, kind: str | None) -> SentFile | None:
    """The file of a message; of a photo the largest size."""
    if kind not in FETCHED:
        return None
    found = getattr(message, kind)
    if isinstance(found, Sequence):
        found = found[-1]
    name = getattr(found, "file_name", None) or FETCHED[kind]
    return SentFile(kind, found.file_id, clean_file_name(name, ""), found.file_size)
