"""The store of files. A file's name in it, its key, is the SHA-256 of its contents in hexadecimal,
so that keeping the same file twice keeps it once, and nobody can put another under its name."""

import errno
import hashlib
import io
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, Protocol

from chassis.files.bucket import Bucket
from chassis.files.folder import Folder
from chassis.files.place import folder_of
from contracts.errors import Unavailable

BEGINNINGS = [f"{number:02x}" for number in range(256)]
"""With one of them each key begins; who looks through the store does so one after the other."""
CHUNK = 2**20


class Shelf(Protocol):
    """Where contents lie under their keys."""

    def put(self, key: str, contents: BinaryIO) -> None: ...
    def freshen(self, key: str) -> bool: ...
    def has(self, key: str) -> bool: ...
    def read(self, key: str) -> bytes: ...
    def open(self, key: str) -> BinaryIO: ...
    def put_before(self, beginning: str, before: datetime) -> list[str]: ...
    def remove(self, key: str, before: datetime) -> bool: ...


class FileStore:
    """Keeps files and gives them out. Whatever the place refuses for reasons of its own (away,
    full, forbidden) is Unavailable."""

    def __init__(self, url: str) -> None:
        folder = folder_of(url)
        self._shelf: Shelf = Bucket(url) if folder is None else Folder(folder)

    def keep(self, contents: bytes | BinaryIO) -> str:
        """Put the file where a crash or a power cut does not reach it; its key.

        Whoever writes the row that names it does so afterwards. Keeping it again is harmless, and
        makes it as safe from being removed as if it had not been there.
        """
        stream = io.BytesIO(contents) if isinstance(contents, bytes) else contents
        with _refusals_told():
            key = _digest(stream)
            if not self._shelf.freshen(key):
                stream.seek(0)
                self._put(key, stream)
        return key

    def _put(self, key: str, contents: BinaryIO) -> None:
        try:
            self._shelf.put(key, contents)
        except FileNotFoundError as error:
            raise Unavailable(f"the place of the files is not there: {error}") from error

    @staticmethod
    def digest(contents: BinaryIO) -> str:
        """The key that these contents have, wherever they are."""
        return _digest(contents)

    def read(self, key: str) -> bytes:
        """The whole contents. Raises FileNotFoundError."""
        with _refusals_told():
            return self._shelf.read(_checked(key))

    def open(self, key: str) -> BinaryIO:
        """The contents, to be read and closed; what fails at the reading itself is told as the
        place tells it. Raises FileNotFoundError."""
        with _refusals_told():
            return self._shelf.open(_checked(key))

    def exists(self, key: str) -> bool:
        with _refusals_told():
            return self._shelf.has(_checked(key))

    def kept_before(self, beginning: str, before: datetime) -> list[str]:
        """The keys with one of BEGINNINGS of what was last kept before that instant."""
        with _refusals_told():
            return self._shelf.put_before(beginning, before)

    def remove_all(self, keys: Collection[str], before: datetime) -> int:
        """Take files away that nobody names, but what was kept again since; how many went."""
        with _refusals_told():
            return sum(self._shelf.remove(_checked(key), before) for key in keys)


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _checked(key: str) -> str:
    """A key is made into a path, so it is looked at whoever it comes from."""
    if not re.fullmatch("[0-9a-f]{64}", key):
        raise FileNotFoundError(errno.ENOENT, "no key of a file")
    return key


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unavailable(f"the store of files refuses: {error.strerror or error}") from error
