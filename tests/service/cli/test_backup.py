"""Databases as migrations make them, kept by `backup` and brought back by `restore`."""

import signal
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import MetaData, create_engine, make_url, select
from sqlalchemy.exc import OperationalError

from chassis.storage.migrate import is_current, upgrade
from chassis.storage.tables import InboxRow, OutboxRow
from cli.desk import DATABASES, Desk
from cli.safekeeping import cut, postgres_client
from cli.safekeeping.databases import Databases
from cli.safekeeping.files import KeptFiles, copy_files
from cli.trouble import Trouble
from tests.support.kept_desk import KeptDesk, new_desk, rewrite
from tests.support.migrated import KINDS, Migrated

EVERYBODY = ("sla.hear_opened", "incidents.hear_opened", "bot.announce_ticket")
RESTORE_POINTS = ["restore.before_placing", "restore.half_placed", "restore.before_emptying"]


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, migrated: Migrated, tmp_path: Path) -> Iterator[KeptDesk]:
    with new_desk(tmp_path / "desk", migrated, request.param) as desk:
        yield desk


@pytest.fixture
def small_desk(migrated: Migrated, tmp_path: Path) -> Iterator[KeptDesk]:
    """On SQLite, for what does not depend on the database."""
    with new_desk(tmp_path / "desk", migrated) as desk:
        yield desk


def test_a_restored_desk_knows_what_it_knew_and_nothing_since(desk: KeptDesk) -> None:
    known = desk.announces()
    desk.hears(known, *EVERYBODY)
    before = desk.contents()
    backup = desk.backs_up()
    desk.hears(desk.announces(), *EVERYBODY)
    assert desk.contents() != before

    said = desk.restores(backup)

    assert desk.contents() == before
    assert "events to be published again: 0" in said
    assert sorted(file.name for file in desk.data_dir.glob("*before-restore*")) == []


def test_what_somebody_had_still_to_hear_is_published_again(desk: KeptDesk) -> None:
    heard_by_all, heard_by_one, heard_by_none = (desk.announces() for _ in range(3))
    unpublished = desk.announces(published=None)
    warned = desk.announces("sla", "sla.warned.v1")
    desk.hears(heard_by_all, *EVERYBODY)
    desk.hears(heard_by_one, "sla.hear_opened")

    said = desk.restores(desk.backs_up())

    assert desk.waiting("tickets") == {heard_by_one, heard_by_none, unpublished}
    assert desk.waiting("sla") == {warned}
    assert "events to be published again: 3" in said


def test_a_desk_can_be_restored_into_a_new_place(
    desk: KeptDesk, tmp_path: Path, new_postgres_url: Callable[[], str]
) -> None:
    desk.hears(desk.announces(), *EVERYBODY)
    new = KeptDesk(tmp_path / "new", {name: new_postgres_url() for name in DATABASES})
    if desk.is_on_sqlite:
        new.urls = {name: f"sqlite:///{new.data_dir / name}.sqlite3" for name in DATABASES}

    ran = new.runs("restore", str(desk.backs_up()))

    assert ran.exit_code == 0, ran.stderr
    assert new.contents() == desk.contents()


@pytest.mark.parametrize(("process", "revision"), [("bot", "0002"), ("tickets", "0008")])
def test_a_backup_of_an_older_schema_is_brought_to_the_newest(
    desk: KeptDesk, process: str, revision: str
) -> None:
    goes_back_to(revision, process, desk.urls[process])
    kept = desk.backs_up()
    desk.migrate()

    desk.restores(kept)

    assert is_current(process, desk.urls[process])
    assert len(list(desk.data_dir.glob("*.sqlite3"))) == (4 if desk.is_on_sqlite else 0)


def goes_back_to(revision: str, process: str, url: str) -> None:
    """An empty database as an older version has left it."""
    engine = create_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    tables.drop_all(engine)
    engine.dispose()
    upgrade(process, url, revision)


def test_a_backup_is_for_its_owner_alone_and_holds_no_password(
    desk: KeptDesk, tmp_path: Path
) -> None:
    desk.urls = {
        name: url.replace("postgres@", "postgres:pa55word@") for name, url in desk.urls.items()
    }

    backup = desk.backs_up(tmp_path / "kept")

    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    files = sorted(backup.iterdir())
    assert len(files) == 5
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert not any(b"pa55word" in file.read_bytes() for file in files)
    assert [place.name for place in tmp_path.iterdir() if place.name.startswith(".")] == []


def test_the_password_stands_on_no_command_line() -> None:
    url = make_url("postgresql+psycopg://me:pa55word@db:5433/desk?sslmode=require")

    client = postgres_client.Client("sla", url)

    assert "pa55word" not in client.address
    assert client.environment["PGPASSWORD"] == "pa55word"
    assert "sslmode=require" in client.address


def test_programs_older_than_the_server_are_refused_by_name() -> None:
    client = postgres_client.Client("sla", make_url("postgresql+psycopg://localhost/desk"))

    with pytest.raises(Trouble, match=r"pg_dump .* is older than .*install postgresql-client-99"):
        client.refuse_if_older("pg_dump", 99)


def test_no_copy_knows_of_what_another_has_yet_to_do(desk: KeptDesk, tmp_path: Path) -> None:
    """Events cross from each database to each other while the backup is taken."""
    with crossing(desk):
        backups = [desk.backs_up(tmp_path / str(number)) for number in range(3)]

    for backup in backups:
        desk.restores(backup)
        announced, heard = set[UUID](), set[UUID]()
        for process in DATABASES:
            with desk.session(process) as session:
                announced |= set(session.scalars(select(OutboxRow.event_id)))
                heard |= set(session.scalars(select(InboxRow.event_id)))
        assert heard
        assert heard - announced == set()


def test_while_all_are_held_nothing_comes_in_and_afterwards_no_copy_shows_it(
    desk: KeptDesk,
) -> None:
    with Databases.of(desk.environment()).opened() as sources:
        for source in sources:
            source.hold()
        for process in DATABASES:
            with pytest.raises(OperationalError, match=r"locked|lock timeout"):
                desk.hears(uuid4(), f"{process}.anything", patience_seconds=0.1)
        for source in sources:
            source.look()
        for source in sources:
            source.let_go()
        for process in DATABASES:
            desk.hears(uuid4(), f"{process}.anything", patience_seconds=0.1)

        seen = [source.session.scalars(select(InboxRow.event_id)).all() for source in sources]

    assert seen == [[], [], [], []]


def test_a_database_that_is_busy_for_too_long_lets_the_others_go(
    desk: KeptDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cut, "PATIENCE_SECONDS", 0.5)

    with desk.session("bot") as session:
        session.add(InboxRow(event_id=uuid4(), handler="slow", handled_at=datetime.now(UTC)))
        session.flush()
        ran = desk.runs("backup")
        desk.hears(uuid4(), "tickets.anything", patience_seconds=0.1)

    assert ran.exit_code == 1
    assert "The database of bot was busy for a minute" in ran.stderr
    assert list(desk.backups.iterdir()) == []


def test_while_files_are_copied_nobody_is_connected_to_a_database(
    desk: KeptDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy(*asked: Any) -> KeptFiles:
        for target in Databases.of(desk.environment()).targets("now"):
            target.refuse_if_used()
        return copy_files(*asked)

    monkeypatch.setattr("cli.backup.copy_files", copy)

    desk.backs_up()


class crossing:  # noqa: N801 - reads as the word it is
    """Threads that announce in one database and at once take it into account in another."""

    def __init__(self, desk: KeptDesk) -> None:
        self._desk = desk
        self._stopping = threading.Event()
        ways = [("sla", "tickets"), ("tickets", "sla"), ("tickets", "bot"), ("sla", "bot")]
        self._threads = [threading.Thread(target=self._cross, args=way) for way in ways]

    def _cross(self, source: str, listener: str) -> None:
        while not self._stopping.is_set():
            self._desk.hears(self._desk.announces(source), f"{listener}.anything")

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()


def test_a_backup_that_was_killed_is_not_there_and_the_next_one_clears_up(
    desk: KeptDesk,
) -> None:
    killed = desk.runs_apart("backup", SUPPORT_CRASH_AT="backup.before_placing")
    assert killed.returncode == -signal.SIGKILL
    assert [place.name[0] for place in desk.backups.iterdir()] == ["."]

    backup = desk.backs_up()

    assert list(desk.backups.iterdir()) == [backup]


@pytest.mark.parametrize("point", RESTORE_POINTS)
def test_a_restore_that_was_killed_is_simply_repeated(desk: KeptDesk, point: str) -> None:
    desk.hears(desk.announces(), *EVERYBODY)
    lost = desk.announces()
    before = desk.contents()
    backup = desk.backs_up()
    desk.announces()

    killed = desk.runs_apart("restore", str(backup), "--yes", SUPPORT_CRASH_AT=point)
    assert killed.returncode == -signal.SIGKILL
    desk.restores(backup)

    assert {name: len(rows) for name, rows in desk.contents().items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert desk.waiting() == {lost}
    assert not list(desk.data_dir.glob("*restor*"))


def test_a_desk_that_runs_is_not_restored(desk: KeptDesk) -> None:
    backup = desk.backs_up()

    with Desk(desk.data_dir).held():
        said = desk.is_refused("restore", str(backup), "--yes")

    assert "A desk is running on" in said


def test_a_database_that_somebody_uses_is_not_replaced(desk: KeptDesk) -> None:
    backup = desk.backs_up()

    with closing(somebody_in(desk.urls["sla"])):
        said = desk.is_refused("restore", str(backup), "--yes")

    assert "the database of sla" in said
    assert "stop the desk" in said


def somebody_in(url: str) -> sqlite3.Connection | psycopg.Connection[tuple[object, ...]]:
    """A process that has the database open and does nothing."""
    if url.startswith("postgresql"):
        return psycopg.connect(url.replace("+psycopg", ""))
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("SELECT count(*) FROM inbox").fetchall()
    return connection


def test_a_damaged_database_is_replaced_all_the_same(small_desk: KeptDesk) -> None:
    small_desk.announces(published=None)
    before = small_desk.contents()
    backup = small_desk.backs_up()
    (small_desk.data_dir / "tickets.sqlite3").write_bytes(b"not a database " * 1000)

    small_desk.restores(backup)

    assert small_desk.contents() == before


def test_a_damaged_database_is_not_taken_for_a_backup(small_desk: KeptDesk) -> None:
    (small_desk.data_dir / "tickets.sqlite3").write_bytes(b"not a database " * 1000)

    ran = small_desk.runs("backup")

    assert ran.exit_code == 1
    assert "The database of tickets" in ran.stderr
    assert list(small_desk.backups.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "a newer version (format 2, this one reads 1)"),
        ({"tickets__revision": "0999"}, "newer schema (0999)"),
        ({"tickets__kind": "postgresql"}, "has tickets as postgresql"),
        ({"tickets__sha256": "0" * 64}, "tickets.sqlite3 is not what was written"),
        ({"tickets__file": "../../tickets.sqlite3"}, "cannot be read as a manifest"),
        ({"databases": {}}, "is not whole: the database of tickets"),
        ({"began_at": "yesterday"}, "cannot be read as a manifest"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    small_desk: KeptDesk, changes: dict[str, object], words: str
) -> None:
    backup = small_desk.backs_up()
    rewrite(backup, **changes)

    assert words in small_desk.is_refused("restore", str(backup), "--yes")


def test_what_is_no_backup_is_refused(small_desk: KeptDesk, tmp_path: Path) -> None:
    backup = small_desk.backs_up()
    (backup / "bot.sqlite3").unlink()
    half = tmp_path / "half"
    half.mkdir()

    assert "bot.sqlite3 is not in it" in small_desk.is_refused("restore", str(backup))
    assert "it has no manifest.json" in small_desk.is_refused("restore", str(half))
    assert "There is no directory" in small_desk.is_refused("restore", str(tmp_path / "none"))


def test_nothing_is_replaced_unless_somebody_agrees(small_desk: KeptDesk) -> None:
    backup = small_desk.backs_up()
    small_desk.announces()

    assert "Nothing was changed" in small_desk.is_refused("restore", str(backup))
    assert "Nothing was changed" in small_desk.is_refused("restore", str(backup), stdin="yes\n")
    agreed = small_desk.runs("restore", str(backup), stdin="restore\n")

    assert agreed.exit_code == 0
    assert small_desk.contents()["tickets"] == []


def test_a_place_that_cannot_be_written_is_told(small_desk: KeptDesk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    taken = small_desk.backs_up()

    assert "exists already" in small_desk.is_refused("backup", str(taken))
    assert "There is no directory" in small_desk.is_refused("backup", str(tmp_path / "a" / "b"))
    assert "There is no directory" in small_desk.is_refused("backup", str(tmp_path / "file" / "b"))


def test_a_disk_that_is_full_leaves_no_backup(desk: KeptDesk, tmp_path: Path) -> None:
    ran = desk.runs_apart("backup", str(tmp_path / "kept"), is_disk_full=True)

    assert ran.returncode == 1
    assert "The database of" in ran.stderr or "failed on the database of" in ran.stderr
    assert not (tmp_path / "kept").exists()
    assert [place for place in tmp_path.iterdir() if "unfinished" in place.name] == []


def test_a_desk_without_databases_has_nothing_to_keep(tmp_path: Path) -> None:
    desk = KeptDesk(tmp_path, {name: f"sqlite:///{tmp_path / name}" for name in DATABASES})

    ran = desk.runs("backup")

    assert ran.exit_code == 1
    assert "is not made yet" in ran.stderr
