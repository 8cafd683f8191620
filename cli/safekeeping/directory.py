"""A directory that is there whole or not at all: written beside, then renamed into place."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chassis.crash import crash_point
from cli.trouble import Trouble

_UNFINISHED = ".unfinished-backup"


@contextmanager
def for_our_eyes_only() -> Iterator[None]:
    """Whatever is made meanwhile, by us or by a program we run, nobody else may read."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def reach_disk(path: Path) -> None:
    """Have a file or directory survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def new_directory(place: Path) -> Iterator[Path]:
    """Where to write what shall stand at `place`; nobody else may look into it.

    Raises Trouble when something is at `place` already. What a killed run has left beside it is
    removed.
    """
    if place.exists():
        raise Trouble(f"{place} exists already: name a directory that is still to be made.")
    if not place.parent.is_dir():
        raise Trouble(f"There is no directory {place.parent}: make it, or name another place.")
    _remove_leftovers(place.parent)
    unfinished = place.with_name(f".{place.name}{_UNFINISHED}")
    unfinished.mkdir(mode=0o700)
    with _mine(unfinished):
        try:
            yield unfinished
            for file in unfinished.rglob("*"):
                reach_disk(file)
            reach_disk(unfinished)
            crash_point("backup.before_placing")
            unfinished.rename(place)
            reach_disk(place.parent)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise


def _remove_leftovers(parent: Path) -> None:
    """Of killed backups; not those that are being written, nor another account's."""
    for leftover in parent.glob(f".*{_UNFINISHED}"):
        with suppress(OSError), _mine(leftover):
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _mine(directory: Path) -> Iterator[None]:
    """Hold a directory for as long as it is being written. Raises BlockingIOError."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
