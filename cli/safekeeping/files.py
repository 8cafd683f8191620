"""The files that came with messages, in a backup. A bucket is kept by whoever runs it.

They are copied after the moment that the databases show, so that whatever these name is there; what
came later is there too, and nobody names it.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from chassis.files.place import FilesSettings, folder_of
from chassis.files.store import BEGINNINGS, FileStore
from chassis.settings_check import settings_of
from cli.safekeeping.directory import reach_disk
from cli.trouble import Trouble

DIRECTORY = "files"
OWNER = "tickets"
"""The process whose rows name the files."""


class KeptFiles(BaseModel):
    """What a backup has of them; `elsewhere` names the bucket of a desk that has no folder."""

    model_config = ConfigDict(frozen=True)

    count: int = 0
    bytes: int = 0
    missing: int = 0
    """Files that messages name and the folder had not."""
    elsewhere: str | None = None


def place_of_files(environment: Mapping[str, str]) -> str:
    """The address of the store, as the processes would find it."""
    settings = settings_of(OWNER, environment)
    assert isinstance(settings, FilesSettings), "whose rows name files knows where they are"
    return settings.files_at


def keys_named(session: Session) -> set[str]:
    """What messages name in the state that the session shows; none in one from before files."""
    if not inspect(session.connection()).has_table("attachments"):
        return set()
    return set(session.scalars(text("SELECT DISTINCT key FROM attachments")))


def copy_files(url: str, directory: Path, named: AbstractSet[str]) -> KeptFiles:
    """Put beside the databases' copies what is in the store now; what is `named` should be in it.

    Raises Trouble when something of it may not be read.
    """
    folder = folder_of(url)
    if folder is None:
        return KeptFiles(elsewhere=url)
    count = size = 0
    missing = set(named)
    for file in _files_in(folder):
        copied = directory / DIRECTORY / file.name[:2] / file.name
        copied.parent.mkdir(parents=True, exist_ok=True)
        if _copied(file, copied):
            count += 1
            size += copied.stat().st_size
            missing.discard(file.name)
    return KeptFiles(count=count, bytes=size, missing=len(missing))


def refuse_wrong_place(url: str, kept: KeptFiles, named: AbstractSet[str]) -> None:
    """Raises Trouble when so much is missing that the files are rather somewhere else than lost."""
    if 2 * kept.missing > len(named):
        raise Trouble(
            f"{kept.missing} of the {len(named)} files that messages name are not in "
            f"{folder_of(url)}: set SUPPORT_DATA_DIR, or SUPPORT_FILES_URL, to what the desk runs "
            "with. If they are lost for good: ./support backup --incomplete"
        )


def check_files(directory: Path, kept: KeptFiles) -> None:
    """Raises Trouble when a file is not what was written, or is not there."""
    found = list(_files_in(directory / DIRECTORY))
    if len(found) != kept.count:
        raise Trouble(
            f"{directory} is not whole: it should have {kept.count} files that came with messages, "
            f"and has {len(found)}."
        )


def bring_back(directory: Path, url: str) -> int:
    """Put into the store what the backup has; how many files. What is there already stays.

    Raises Trouble when a file is not what its name says, before it is put there.
    """
    store, count = FileStore(url), 0
    with _belonging(folder_of(url)):
        for file in _files_in(directory / DIRECTORY):
            with file.open("rb") as contents:
                if store.digest(contents) != file.name:
                    raise Trouble(f"{file} is not what was written: take another backup.")
                store.keep(contents)
            count += 1
    return count


@contextmanager
def _belonging(folder: Path | None) -> Iterator[None]:
    """What root makes in it meanwhile is given to whom it belongs, or the place where it is made:
    root may restore what another account runs."""
    if folder is None or os.geteuid() != 0:
        yield
        return
    there = next(place for place in (folder, *folder.parents) if place.exists())
    owner = there.stat()
    try:
        yield
    finally:
        way = (place for place in (folder, *folder.parents) if there in (place, *place.parents))
        for path in (*way, *folder.rglob("*")):
            if path.exists() and path.lstat().st_uid == 0:
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _files_in(folder: Path) -> Iterator[Path]:
    """None of a folder that is not there. Raises Trouble for what may not be read."""
    for beginning in BEGINNINGS:
        try:
            found = sorted((folder / beginning).iterdir())
        except FileNotFoundError:
            continue
        except OSError as fault:
            raise _unreadable(fault) from None
        yield from (file for file in found if re.fullmatch("[0-9a-f]{64}", file.name))


def _copied(file: Path, place: Path) -> bool:
    """Was it there still? On one disk the copy is the file itself under a second name: nobody ever
    writes into it, and removing one name leaves the other."""
    try:
        try:
            os.link(file, place)
        except FileNotFoundError:
            raise
        except OSError:
            shutil.copyfile(file, place)
            reach_disk(place)
    except FileNotFoundError:
        return False  # nobody named it, and it was swept
    except PermissionError as fault:
        raise _unreadable(fault) from None
    return True


def _unreadable(fault: OSError) -> Trouble:
    if isinstance(fault, PermissionError):
        return Trouble(
            f"We may not read {fault.filename}: run this as the account that the desk runs as."
        )
    return Trouble(f"{fault.filename} cannot be read: {fault.strerror}.")
