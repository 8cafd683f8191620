"""`./support backup`: all databases as they were at one moment, while the desk works on."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import click

from chassis.crash import arm
from chassis.events.unheard import unheard
from cli.desk import Desk, data_dir_option
from cli.safekeeping.cut import Source, take_cut
from cli.safekeeping.databases import Databases, place_of, revision_of
from cli.safekeeping.directory import for_our_eyes_only, new_directory
from cli.safekeeping.files import (
    OWNER,
    KeptFiles,
    copy_files,
    keys_named,
    place_of_files,
    refuse_wrong_place,
)
from cli.safekeeping.manifest import FORMAT, Manifest, Part, digest
from cli.safekeeping.queues import all_subscriptions, count_parked
from cli.trouble import Trouble

_SWEEP_SLACK = timedelta(hours=1)
"""A handled event is forgotten so long after it was published, or later; never before."""
_ENDINGS = {"sqlite": "sqlite3", "postgresql": "dump"}


@click.command
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option(
    "--incomplete", is_flag=True, help="Also when most files that messages name are lost."
)
@data_dir_option
def backup(directory: Path | None, incomplete: bool, data_dir: Path) -> None:
    """Keep all databases, as they are at one moment, and the files they name, in a new DIRECTORY.

    The desk may run. Without a DIRECTORY it is one with the time as its name, in `backups` of the
    data directory. Not in it are support.toml, secrets, the broker's queues, and files in a bucket.
    """
    desk = Desk(data_dir)
    environment = desk.environment()
    arm(environment.get("SUPPORT_CRASH_AT"))
    databases = Databases.of(environment)
    place = directory.absolute() if directory else _usual_place(desk, databases.clock.now())
    try:
        with for_our_eyes_only(), databases.opened() as sources:
            if directory is None:
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with new_directory(place) as unfinished:
                files_at = place_of_files(environment)
                manifest, held_seconds = _write(
                    databases, sources, unfinished, files_at, may_lack=incomplete
                )
    except OSError as fault:
        raise Trouble(f"{place} cannot be written: {fault.strerror}.") from None
    _tell(databases, place, manifest, held_seconds)
    _tell_lacking(environment, manifest)


def _usual_place(desk: Desk, now: datetime) -> Path:
    return desk.data_dir / "backups" / f"{now:%Y-%m-%dT%H-%M-%SZ}"


def _write(
    databases: Databases,
    sources: Sequence[Source],
    directory: Path,
    files_at: str,
    *,
    may_lack: bool,
) -> tuple[Manifest, float]:
    """The copies and their manifest; and for how many seconds writers were held up."""
    now = databases.clock.now
    began_at = now()
    held_seconds = take_cut(sources)
    taken_at = now()
    on_the_way = unheard(
        {source.process: source.session for source in sources},
        all_subscriptions(),
        now=taken_at,
        since=taken_at - databases.kept + _SWEEP_SLACK,
    )
    parts = {
        source.process: _copy(source, directory, on_the_way[source.process]) for source in sources
    }
    named = next(keys_named(source.session) for source in sources if source.process == OWNER)
    for source in sources:
        source.close()  # to copy the files takes long, and what looks at a database holds it up
    files = copy_files(files_at, directory, named)
    if not may_lack:
        refuse_wrong_place(files_at, files, named)
    manifest = Manifest(
        format=FORMAT,
        began_at=began_at,
        taken_at=taken_at,
        ended_at=now(),
        databases=parts,
        files=files,
    )
    manifest.write(directory)
    return manifest, held_seconds


def _copy(source: Source, directory: Path, on_the_way: set[UUID]) -> Part:
    file = directory / f"{source.process}.{_ENDINGS[source.kind]}"
    revision = revision_of(source)
    source.copy(file)
    return Part(
        kind=source.kind,
        file=file.name,
        bytes=file.stat().st_size,
        sha256=digest(file),
        revision=revision,
        unheard=tuple(sorted(on_the_way)),
    )


def _tell(databases: Databases, place: Path, manifest: Manifest, held_seconds: float) -> None:
    size = sum(part.bytes for part in manifest.databases.values()) / 1_000_000
    names = ", ".join(manifest.databases)
    click.echo(
        f"{place}: {names} as they were at {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC "
        f"({size:.1f} MB; writers were held up for {held_seconds * 1000:.0f} ms)."
    )
    for process in manifest.databases:
        click.echo(f"  {process}: {place_of(databases.urls[process])}")


def _tell_lacking(environment: Mapping[str, str], manifest: Manifest) -> None:
    click.echo(_files_told(manifest.files))
    if lost := manifest.files.missing:
        click.echo(f"WARNING: files that messages name and the desk has lost: {lost}.", err=True)
    parked = count_parked(environment)
    told = "the broker does not say how many" if parked is None else f"now {parked}"
    click.echo(
        "Not in it: support.toml, secrets, the broker's queues and its parked messages "
        f"({told}). What they hold is in the outboxes, and a restore has it published again."
    )


def _files_told(files: KeptFiles) -> str:
    if files.elsewhere is not None:
        return f"Not in it: the files that came with messages, which {files.elsewhere} keeps."
    return f"Files that came with messages: {files.count} ({files.bytes / 1_000_000:.1f} MB)."
