"""The four databases of a desk that is down, and the commands that keep and restore them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from click.testing import CliRunner, Result
from sqlalchemy import create_engine, pool, select
from sqlalchemy.orm import Session

from chassis.storage.database import Database
from chassis.storage.migrate import upgrade
from chassis.storage.tables import InboxRow, OutboxRow
from cli.backup import backup
from cli.desk import DATABASES
from cli.restore import restore
from tests.support.migrated import Migrated

ROOT = Path(__file__).parents[2]
PLACES = ("SUPPORT_", "AMQP_")
SOON_AFTER = timedelta(minutes=5)


@dataclass
class KeptDesk:
    """Each event is written as its process and its listeners would have written it."""

    data_dir: Path
    urls: dict[str, str]
    amqp_url: str | None = None

    def migrate(self) -> None:
        """As the first start leaves them."""
        for process in DATABASES:
            upgrade(process, self.urls[process])
        self.opens_all()

    def opens_all(self) -> None:
        """As each process does, which on SQLite turns write-ahead logging on, for good."""
        for process in DATABASES:
            database = Database(self.urls[process])
            with database.reading() as session:
                session.connection()
            database.close()

    @property
    def is_on_sqlite(self) -> bool:
        return self.urls["bot"].startswith("sqlite")

    @property
    def backups(self) -> Path:
        return self.data_dir / "backups"

    def runs(self, *arguments: str, stdin: str = "") -> Result:
        """A command of `./support`, to its end, whatever that is."""
        command = backup if arguments[0] == "backup" else restore
        told = [*arguments[1:], "--data-dir", str(self.data_dir)]
        plain = {name: None for name in os.environ if name.startswith(PLACES)}
        return CliRunner().invoke(command, told, input=stdin, env=plain | self.environment())

    def runs_apart(
        self, *arguments: str, is_disk_full: bool = False, **given: str
    ) -> subprocess.CompletedProcess[str]:
        """The same in a process of its own, which may be killed."""
        # A file that may not grow fails as one on a full disk.
        limits = ["prlimit", "--fsize=4096"] if is_disk_full else []
        command = [*limits, sys.executable, "-m", "cli", *arguments]
        return subprocess.run(
            [*command, "--data-dir", str(self.data_dir)],
            cwd=ROOT,
            env=os.environ | self.environment() | given,
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self) -> dict[str, str]:
        """Where its databases are, and its broker if it has one."""
        places = {f"{process.upper()}_DATABASE_URL": url for process, url in self.urls.items()}
        return places | ({"AMQP_URL": self.amqp_url} if self.amqp_url else {})

    def backs_up(self, place: Path | None = None) -> Path:
        """A whole backup."""
        ran = self.runs("backup", *([str(place)] if place else []))
        assert ran.exit_code == 0, ran.stderr
        return place or max(self.backups.iterdir())

    def restores(self, place: Path) -> str:
        """What a restore that went well has said."""
        ran = self.runs("restore", str(place), "--yes")
        assert ran.exit_code == 0, ran.stderr
        return ran.stdout

    def is_refused(self, *arguments: str, stdin: str = "") -> str:
        """The one sentence of a command that refuses, which changes nothing."""
        before = self.contents()
        ran = self.runs(*arguments, stdin=stdin)
        assert (ran.exit_code, type(ran.exception)) == (1, SystemExit), ran.output
        assert self.contents() == before
        return ran.stderr

    def announces(
        self,
        process: str = "tickets",
        type_: str = "ticket.opened.v1",
        *,
        published: timedelta | None = SOON_AFTER,
    ) -> UUID:
        """An event in an outbox, published so long ago, or not yet."""
        event_id, now = uuid4(), datetime.now(UTC)
        with self.session(process) as session:
            session.add(
                OutboxRow(
                    event_id=event_id,
                    type=type_,
                    body="{}",
                    mandatory=True,
                    created_at=now - (published or timedelta()),
                    published_at=None if published is None else now - published,
                )
            )
        return event_id

    def hears(self, event_id: UUID, *handlers: str, patience_seconds: float = 5) -> None:
        """The handlers, such as `sla.hear_opened`, have taken the event into account."""
        for handler in handlers:
            process, name = handler.split(".")
            row = InboxRow(event_id=event_id, handler=name, handled_at=datetime.now(UTC))
            with self.session(process, patience_seconds) as session:
                session.add(row)

    def waiting(self, process: str = "tickets") -> set[UUID]:
        """The events that the relay would publish."""
        asked = select(OutboxRow.event_id).where(OutboxRow.published_at.is_(None))
        with self.session(process) as session:
            return set(session.scalars(asked))

    def contents(self) -> dict[str, list[Any]]:
        """Every event that the databases know, in and out."""
        found: dict[str, list[Any]] = {}
        for process in DATABASES:
            with self.session(process) as session:
                sent = session.execute(select(OutboxRow.event_id, OutboxRow.published_at))
                heard = session.execute(select(InboxRow.event_id, InboxRow.handler))
                found[process] = sorted(map(str, [*sent, *heard]))
        return found

    @contextmanager
    def session(self, process: str, patience_seconds: float = 5) -> Iterator[Session]:
        """One transaction that waits so long for a lock; afterwards nobody stays connected."""
        options: dict[str, Any] = {"timeout": patience_seconds}
        if self.urls[process].startswith("postgresql"):
            options = {"options": f"-c lock_timeout={int(patience_seconds * 1000)}"}
        engine = create_engine(self.urls[process], poolclass=pool.NullPool, connect_args=options)
        with Session(engine) as session, session.begin():
            yield session


@contextmanager
def new_desk(data_dir: Path, migrated: Migrated, kind: str = "sqlite") -> Iterator[KeptDesk]:
    """Migrated and empty."""
    data_dir.mkdir()
    with ExitStack() as databases:
        urls = {
            process: databases.enter_context(migrated.database(process, kind, data_dir))
            for process in DATABASES
        }
        desk = KeptDesk(data_dir, urls)
        desk.opens_all()
        yield desk


def rewrite(kept: Path, **changes: Any) -> None:
    """Change what a manifest says; `tickets__revision="9"` goes into the part of tickets."""
    file = kept / "manifest.json"
    manifest = json.loads(file.read_text())
    for name, value in changes.items():
        process, _, key = name.rpartition("__")
        (manifest["databases"][process] if process else manifest)[key] = value
    file.write_text(json.dumps(manifest))
