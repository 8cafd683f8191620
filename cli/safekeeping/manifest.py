"""What a backup says of itself, in `manifest.json` beside the copies."""

import hashlib
import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cli.desk import DATABASES
from cli.safekeeping.cut import Kind
from cli.safekeeping.files import KeptFiles, check_files
from cli.trouble import Trouble
from contracts.event import Instant

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1 << 20


class Part(BaseModel):
    """The copy of one process' database."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    file: Annotated[str, Field(pattern=r"^[a-z]+\.(sqlite3|dump)$")]
    bytes: int
    sha256: str
    revision: str
    """The migration it stands at."""
    unheard: tuple[UUID, ...]
    """Events of its outbox that were on their way, to be published again."""


class Manifest(BaseModel):
    """The whole; `taken_at` is the moment that all copies show."""

    model_config = ConfigDict(frozen=True)

    format: int
    began_at: Instant
    taken_at: Instant
    ended_at: Instant
    databases: dict[str, Part]
    files: KeptFiles = KeptFiles()
    """None, of a desk that kept none yet."""

    def write(self, directory: Path) -> None:
        """Put it beside the copies."""
        (directory / MANIFEST).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_manifest(directory: Path) -> Manifest:
    """A backup's manifest, once its files are known to be those it speaks of. Raises Trouble."""
    manifest = _read(directory)
    if missing := [process for process in DATABASES if process not in manifest.databases]:
        raise Trouble(f"{directory} is not whole: the database of {missing[0]} is not in it.")
    for part in manifest.databases.values():
        file = directory / part.file
        if not file.is_file():
            raise Trouble(f"{directory} is not whole: {part.file} is not in it.")
        if digest(file) != part.sha256:
            raise Trouble(f"{file} is not what was written (its SHA-256 differs): take another.")
    check_files(directory, manifest.files)
    return manifest


def digest(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    sha = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def _read(directory: Path) -> Manifest:
    if not directory.is_dir():
        raise Trouble(f"There is no directory {directory}.")
    file = directory / MANIFEST
    if not file.is_file():
        raise Trouble(f"{directory} is not a backup: it has no {MANIFEST}.")
    try:
        said = json.loads(file.read_bytes())
        written_as = said.get("format") if isinstance(said, dict) else None
        if isinstance(written_as, int) and written_as > FORMAT:
            raise Trouble(
                f"{directory} was written by a newer version (format {written_as}, "
                f"this one reads {FORMAT}): restore it with that version."
            )
        return Manifest.model_validate(said)
    except (ValueError, ValidationError) as fault:
        reason = str(fault).splitlines()[0]
        raise Trouble(f"{file} cannot be read as a manifest: {reason}.") from None
