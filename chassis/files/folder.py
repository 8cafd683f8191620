"""Files in a folder, 256 folders within it by how their names begin.

A file is there whole or not at all, also after a power cut. What is told of `before` is by the
time at which a file was last put.
"""

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from chassis.crash import crash_point

LEAST_FREE_BYTES = 1_000_000_000
"""What files leave free: by default databases and the broker are on the same disk, and without room
for them the whole desk would stop."""
HALF_WRITTEN = "."
"""Begins the names of what a crash may have left behind."""


def refuse_full_disk(place: Path) -> None:
    """Raises OSError when files would take what is left of the disk from whoever needs it more."""
    if shutil.disk_usage(place).free < LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, "the rest of the disk is kept for the databases", str(place))


class Folder:
    """One folder; safe to share between threads, and between processes that see the same disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, contents: BinaryIO) -> None:
        """Write it under this name, on the disk itself, before this returns."""
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        refuse_full_disk(place.parent)
        with NamedTemporaryFile(dir=place.parent, prefix=HALF_WRITTEN, delete=False) as file:
            try:
                shutil.copyfileobj(contents, file, 2**20)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                os.unlink(file.name)
                raise
        crash_point("files.before_placing")
        os.replace(file.name, place)
        self._sync_way_to(place)

    def freshen(self, key: str) -> bool:
        """Is it there? Then it counts as put just now, and is on the disk: whoever put it may not
        have come so far."""
        with self._lock(fcntl.LOCK_SH), suppress(FileNotFoundError):
            os.utime(self._place(key))
            self._sync_way_to(self._place(key))
            return True
        return False

    def has(self, key: str) -> bool:
        return self._place(key).exists()

    def read(self, key: str) -> bytes:
        """Raises FileNotFoundError."""
        return self._place(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        """Raises FileNotFoundError."""
        return self._place(key).open("rb")

    def put_before(self, beginning: str, before: datetime) -> list[str]:
        """The names that begin so, of what was put before; what a crash left half goes."""
        found = []
        for path in self._within(beginning):
            if not _is_older(path, before):
                continue
            if path.name.startswith(HALF_WRITTEN):
                path.unlink(missing_ok=True)
            elif re.fullmatch("[0-9a-f]{64}", path.name):
                found.append(path.name)
        return found

    def remove(self, key: str, before: datetime) -> bool:
        """Take it away unless it was put again since; is it away? Nobody puts meanwhile."""
        with self._lock(fcntl.LOCK_EX):
            place = self._place(key)
            is_old = _is_older(place, before)
            if is_old:
                place.unlink(missing_ok=True)
            return is_old

    def _place(self, key: str) -> Path:
        return self.root / key[:2] / key

    def _sync_way_to(self, place: Path) -> None:
        for folder in (place.parent, self.root):
            _sync(folder)

    def _within(self, beginning: str) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (self.root / beginning).iterdir()

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("ab") as file:
            fcntl.flock(file, kind)
            yield


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
