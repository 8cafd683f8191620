"""`./support restore`: a desk that is down is put back to what a backup kept."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from chassis.clock import SystemClock
from chassis.crash import arm, crash_point
from chassis.storage.migrate import knows_revision, newest_revision
from cli.desk import Desk, data_dir_option
from cli.migrate import finish, start_migrations
from cli.processes import marked_pids
from cli.safekeeping.databases import Databases, Target
from cli.safekeeping.directory import for_our_eyes_only
from cli.safekeeping.files import bring_back, place_of_files
from cli.safekeeping.manifest import Manifest, read_manifest
from cli.safekeeping.queues import queues_of
from cli.supervisor import MARK
from cli.trouble import Trouble
from contracts.errors import Unavailable

_CONSENT = "restore"


@click.command
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what is there without asking.")
@data_dir_option
def restore(directory: Path, yes: bool, data_dir: Path) -> None:
    """Replace all databases by those that `./support backup` kept in DIRECTORY, and bring back the
    files they name.

    The desk must be down. The broker's queues are emptied: what waits in them speaks of a time
    that is taken back. What the backup knows to have been on its way is published again.
    """
    desk = Desk(data_dir)
    try:
        manifest = read_manifest(directory)
        if desk.is_held():
            raise Trouble(f"A desk is running on {desk.data_dir}: stop it, then restore.")
        # Asked before we hold the desk ourselves: of a desk that is held, `up` knows better.
        environment = desk.environment()
        arm(environment.get("SUPPORT_CRASH_AT"))
        databases = Databases.of(environment)
        _refuse_unfit(databases, manifest)
        desk.make()
        with for_our_eyes_only(), desk.held():
            restoring = Restoring(desk, environment, databases, directory, manifest)
            restoring.run(is_sure=yes)
    except OSError as fault:
        raise Trouble(f"{fault.filename or directory}: {fault.strerror}.") from None


@dataclass(frozen=True)
class Restoring:
    """One restore of a desk that we hold; `environment` is what its processes will be told."""

    desk: Desk
    environment: dict[str, str]
    databases: Databases
    directory: Path
    manifest: Manifest

    def run(self, *, is_sure: bool) -> None:
        """Replace everything, or raise Trouble."""
        targets = self.databases.targets(f"{SystemClock().now():%Y-%m-%dT%H-%M-%SZ}")
        self._refuse_if_used(targets)
        queues = queues_of(self.desk, self.environment)
        if any(target.is_taken for target in targets) and not is_sure:
            self._ask()
        files = self._bring_files_back()
        self._replace(targets)
        crash_point("restore.before_emptying")
        emptied = queues.empty()
        self._migrate()
        for target in targets:
            target.tidy()
        self._tell(emptied, files)

    def _refuse_if_used(self, targets: Sequence[Target]) -> None:
        """Raises Trouble while anybody works on the desk."""
        if marked_pids(MARK, str(self.desk.data_dir)):
            raise Trouble(
                f"Processes of a desk that was killed still run on {self.desk.data_dir}: "
                "./support up and then Ctrl-C ends them."
            )
        for target in targets:
            target.refuse_if_used()

    def _ask(self) -> None:
        click.echo(
            f"What the desk on {self.desk.data_dir} has known since {self._moment} will be lost."
        )
        answer = ""
        with suppress(click.Abort):
            answer = click.prompt(f"Type {_CONSENT} to go on", default="", show_default=False)
        if answer.strip() != _CONSENT:
            raise Trouble("Nothing was changed. Without a question: ./support restore --yes.")

    def _replace(self, targets: Sequence[Target]) -> None:
        """All of them, or none: each is made ready before the first is put in its place."""
        try:
            for target in targets:
                part = self.manifest.databases[target.process]
                target.prepare(self.directory / part.file, part.unheard)
            crash_point("restore.before_placing")
            for target in targets:
                target.place()
                crash_point("restore.half_placed")
        except BaseException as fault:
            for target in targets:
                target.put_back()
            if replaced := [target.process for target in targets if target.is_replaced]:
                raise Trouble(
                    f"{fault}\nBut {', '.join(replaced)} was replaced already: restore once more "
                    "before you start the desk."
                ) from None
            raise

    def _migrate(self) -> None:
        """Bring what an older version has kept to the newest schema."""
        parts = self.manifest.databases.items()
        old = tuple(name for name, part in parts if part.revision != newest_revision(name))
        if old:
            migrations = start_migrations(self.environment, old)
            finish(migrations, "The restored databases cannot be migrated")

    def _bring_files_back(self) -> str:
        """Before the databases that name them; what nobody names by then is swept some day."""
        if elsewhere := self.manifest.files.elsewhere:
            return f"Not in it: the files that came with messages, which {elsewhere} keeps."
        place, lacks = place_of_files(self.environment), self.manifest.files.missing
        try:
            count = bring_back(self.directory, place)
        except Unavailable as fault:
            raise Trouble(f"The files cannot be brought back: {fault.message}.") from None
        lost = f" {lacks} more were lost before the backup was made." if lacks else ""
        return f"Files that came with messages: {count}, now at {place}.{lost}"

    def _tell(self, emptied: str, files: str) -> None:
        again = sum(len(part.unheard) for part in self.manifest.databases.values())
        click.echo(
            f"Restored {', '.join(self.manifest.databases)} as they were at {self._moment}; "
            f"events to be published again: {again}.\n{files}\n{emptied}"
        )

    @property
    def _moment(self) -> str:
        return f"{self.manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC"


def _refuse_unfit(databases: Databases, manifest: Manifest) -> None:
    """Raises Trouble for a backup of another kind of database, or of a newer schema than ours."""
    for process, url in databases.urls.items():
        part = manifest.databases[process]
        if part.kind != url.get_backend_name():
            raise Trouble(
                f"The backup has {process} as {part.kind}, and {process.upper()}_DATABASE_URL is "
                f"{url.get_backend_name()}: restore it into a {part.kind} database."
            )
        if not knows_revision(process, part.revision):
            raise Trouble(
                f"The backup of {process} is of a newer schema ({part.revision}) than this "
                "version knows: restore it with the version that wrote it, or a later one."
            )
