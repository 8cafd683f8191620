"""Files in a bucket, through fsspec. An object is there whole or not at all, and one that was
acknowledged is kept: that is what such stores promise."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, BinaryIO

from contracts.errors import Unavailable

MODIFIED = ("LastModified", "last_modified", "mtime", "updated", "created")
"""How the file systems call the time at which an object was written."""
READ_AHEAD = 2**20
PROMPTLY = {
    "s3": {
        "config_kwargs": {"connect_timeout": 2, "read_timeout": 10, "retries": {"max_attempts": 1}}
    }
}


class Bucket:
    """One prefix of a bucket; two desks must not share one."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _place(self) -> tuple[Any, str]:
        """Reached for at first need: what it stands on does not survive a fork."""
        from fsspec.core import url_to_fs

        options = PROMPTLY.get(self._url.partition("://")[0], {})
        system, root = url_to_fs(self._url, use_listings_cache=False, **options)
        return system, root.rstrip("/")

    def put(self, key: str, contents: BinaryIO) -> None:
        with _troubles_told():
            system, path = self._at(key)
            system.pipe_file(path, contents.read())

    def freshen(self, _key: str) -> bool:
        """Never: there is no other way to make it count as put just now than to put it."""
        return False

    def has(self, key: str) -> bool:
        with _troubles_told():
            system, path = self._at(key)
            return bool(system.exists(path))

    def read(self, key: str) -> bytes:
        """Raises FileNotFoundError."""
        with _troubles_told():
            system, path = self._at(key)
            contents: bytes = system.cat_file(path)
            return contents

    def open(self, key: str) -> BinaryIO:
        """Raises FileNotFoundError."""
        with _troubles_told():
            system, path = self._at(key)
            file: BinaryIO = system.open(path, "rb", block_size=READ_AHEAD)
            return file

    def put_before(self, beginning: str, before: datetime) -> list[str]:
        with _troubles_told():
            system, root = self._place
            try:
                found = system.ls(f"{root}/{beginning}", detail=True, refresh=True)
            except FileNotFoundError:
                return []
            files = [one for one in found if one["type"] == "file"]
            return [one["name"].rpartition("/")[2] for one in files if _modified(one) < before]

    def remove(self, key: str, before: datetime) -> bool:
        """Take it away unless it was put again since; is it away?"""
        with _troubles_told():
            system, path = self._at(key)
            is_old = system.exists(path) and _modified(system.info(path, refresh=True)) < before
            if is_old:
                system.rm_file(path)
            return bool(is_old)

    def _at(self, key: str) -> tuple[Any, str]:
        system, root = self._place
        return system, f"{root}/{key[:2]}/{key}"


def _modified(info: dict[str, Any]) -> datetime:
    told: datetime | float = next(info[name] for name in MODIFIED if info.get(name))
    if isinstance(told, int | float):
        return datetime.fromtimestamp(told, UTC)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


@contextmanager
def _troubles_told() -> Iterator[None]:
    """Each of these stores has errors of its own for being away, or for a key that is wrong."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:
        raise Unavailable(f"the store of files does not answer: {error}") from error
