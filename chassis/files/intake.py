"""Takes a file in: measured, told by its contents, kept. The one way into the store for what people
send."""

import io
import os
from collections.abc import Collection
from typing import BinaryIO, NamedTuple

from chassis.files.kinds import kind_of
from chassis.files.store import FileStore
from contracts.errors import FileEmpty, FileKindRefused, FileTooLarge


class Kept(NamedTuple):
    """A file in the store; `size` is in bytes."""

    key: str
    media_type: str
    size: int


class Intake:
    """The rules by which files come into a store."""

    def __init__(self, store: FileStore, types: Collection[str], largest_bytes: int) -> None:
        self.store = store
        self._types = frozenset(types)
        self._largest = largest_bytes

    def take_in(self, contents: bytes | BinaryIO) -> Kept:
        """Keep the file. Raises FileEmpty, FileTooLarge, FileKindRefused, Unavailable."""
        stream = io.BytesIO(contents) if isinstance(contents, bytes) else contents
        return self.keep(stream, self.check(stream))

    def check(self, stream: BinaryIO) -> Kept:
        """What take_in would answer, but for the key, which is empty; nothing is kept."""
        size = stream.seek(0, os.SEEK_END)
        if size == 0:
            raise FileEmpty("the file is empty")
        if size > self._largest:
            raise FileTooLarge("the file is too large", {"limit": str(self._largest)})
        kind = kind_of(stream)
        if kind is None or kind not in self._types:
            raise FileKindRefused("such files are not accepted", {"media_type": kind or ""})
        return Kept("", kind, size)

    def keep(self, stream: BinaryIO, checked: Kept) -> Kept:
        """Keep what `check` has let pass with this answer. Raises Unavailable."""
        return checked._replace(key=self.store.keep(stream))
