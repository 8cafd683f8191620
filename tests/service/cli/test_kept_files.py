"""The files that came with messages: kept by a backup, brought back, looked after by the doctor."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from sqlalchemy import text

from chassis.files.store import FileStore
from cli.diagnosis import files
from cli.diagnosis.finding import Finding
from cli.safekeeping import files as kept_files
from cli.safekeeping.files import copy_files
from cli.trouble import Trouble
from tests.support.kept_desk import KeptDesk, new_desk, rewrite
from tests.support.migrated import Migrated

ROOT = Path(__file__).parents[3]
SECRET = "a secret of more than thirty-two bytes, for tests alone"


@pytest.fixture
def desk(migrated: Migrated, tmp_path: Path) -> Iterator[KeptDesk]:
    with new_desk(tmp_path / "desk", migrated) as desk:
        yield desk


@pytest.fixture
def store(desk: KeptDesk) -> FileStore:
    return FileStore(str(desk.data_dir / "files"))


def place_of(desk: KeptDesk, key: str) -> Path:
    return desk.data_dir / "files" / key[:2] / key


def names(desk: KeptDesk, *keys: str) -> None:
    """A message of the desk names the files."""
    ticket = {"id": 1, "now": datetime.now(UTC)}
    statements = [
        "INSERT INTO requesters (id, name) VALUES ('anna', 'Anna')",
        "INSERT INTO tickets (id, version, subject, description, category, priority, status, "
        "status_since, source, context, requester_id, created_at, updated_at, last_message_at, "
        "clock_version) VALUES (:id, 1, 'x', 'x', 'other', 'P3', 'open', :now, 'app', '{}', "
        "'anna', :now, :now, :now, 0)",
        "INSERT INTO messages (id, ticket_id, author_kind, author_id, author_name, body, "
        "created_at) VALUES (1, :id, 'user', 'anna', 'Anna', 'x', :now)",
    ]
    file = (
        "INSERT INTO attachments (message_id, key, name, media_type, size) "
        "VALUES (1, :key, 'a.txt', 'text/plain', 4)"
    )
    with desk.session("tickets") as session:
        for statement in statements:
            session.execute(text(statement), ticket)
        for key in keys:
            session.execute(text(file), {"key": key})


@contextmanager
def as_a_stranger() -> Iterator[None]:
    """Meanwhile we are an account that has nothing to do with the desk."""
    ours = os.geteuid()
    if ours == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(ours)


def test_a_backup_has_the_files_and_a_restore_brings_them_back(
    desk: KeptDesk, store: FileStore
) -> None:
    lost, stays = store.keep(b"lost"), store.keep(b"stays")
    ran = desk.runs("backup")
    assert "Files that came with messages: 2 (0.0 MB)." in ran.stdout
    place_of(desk, lost).unlink()
    later = store.keep(b"later")

    said = desk.restores(max(desk.backups.iterdir()))

    assert f"Files that came with messages: 2, now at {desk.data_dir / 'files'}." in said
    assert [store.read(key) for key in (lost, stays, later)] == [b"lost", b"stays", b"later"]


def test_a_backup_outlives_the_files_it_was_made_of(desk: KeptDesk, store: FileStore) -> None:
    key = store.keep(b"lost")
    backup = desk.backs_up()

    place_of(desk, key).unlink()

    copied = backup / "files" / key[:2] / key
    assert copied.read_bytes() == b"lost"


def test_on_another_disk_a_backup_has_copies(
    desk: KeptDesk, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = store.keep(b"kept")

    def refuse(*_: Any) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(kept_files.os, "link", refuse)
    backup = desk.backs_up()

    copied = backup / "files" / key[:2] / key
    assert copied.read_bytes() == b"kept"
    assert copied.stat().st_ino != place_of(desk, key).stat().st_ino
    assert copied.stat().st_mode & 0o077 == 0


def test_what_is_half_written_is_in_no_backup(desk: KeptDesk, store: FileStore) -> None:
    key = store.keep(b"whole")
    (place_of(desk, key).parent / ".half").write_bytes(b"half")

    backup = desk.backs_up()

    found = [file.name for file in (backup / "files").rglob("*") if file.is_file()]
    assert found == [key]


def test_a_backup_that_looks_for_the_files_where_they_are_not_is_refused(
    desk: KeptDesk, store: FileStore
) -> None:
    keys = [store.keep(contents) for contents in (b"one", b"two", b"three")]
    names(desk, *keys)
    (desk.data_dir / "files").rename(desk.data_dir / "elsewhere")
    FileStore(str(desk.data_dir / "files")).keep(b"one")

    said = desk.is_refused("backup")

    assert "2 of the 3 files that messages name are not in" in said
    assert "SUPPORT_DATA_DIR" in said
    assert list(desk.backups.iterdir()) == []


def test_what_is_lost_for_good_does_not_keep_the_rest_from_being_kept(
    desk: KeptDesk, store: FileStore
) -> None:
    lost, stays = store.keep(b"lost"), store.keep(b"stays")
    names(desk, lost, stays)
    place_of(desk, lost).unlink()

    ran = desk.runs("backup")

    assert ran.exit_code == 0
    assert "WARNING: files that messages name and the desk has lost: 1." in ran.stderr
    backup = max(desk.backups.iterdir())
    assert json.loads((backup / "manifest.json").read_text())["files"]["missing"] == 1
    assert "1 more were lost before the backup was made." in desk.restores(backup)


def test_whoever_has_lost_all_files_can_still_keep_the_databases(
    desk: KeptDesk, store: FileStore
) -> None:
    names(desk, "a" * 64)
    assert "--incomplete" in desk.is_refused("backup")

    assert desk.runs("backup", "--incomplete").exit_code == 0


def test_files_that_may_not_be_read_are_told_and_not_passed_over(
    desk: KeptDesk, store: FileStore, tmp_path: Path
) -> None:
    store.keep(b"here")
    (desk.data_dir / "files").chmod(0)

    with as_a_stranger(), pytest.raises(Trouble, match="We may not read"):
        copy_files(str(desk.data_dir / "files"), tmp_path, set())


def test_a_folder_that_cannot_be_read_is_told_and_not_passed_over(
    desk: KeptDesk, store: FileStore
) -> None:
    key = store.keep(b"here")
    place_of(desk, key).unlink()
    place_of(desk, key).parent.rmdir()
    place_of(desk, key).parent.write_text("a file in its place")

    assert "cannot be read: Not a directory." in desk.is_refused("backup")


def test_a_restore_refuses_a_file_that_is_not_what_its_name_says(
    desk: KeptDesk, store: FileStore
) -> None:
    key = store.keep(b"right")
    backup = desk.backs_up()
    copied = backup / "files" / key[:2] / key
    copied.unlink()
    copied.write_bytes(b"wrong")
    desk.announces()

    assert "is not what was written" in desk.is_refused("restore", str(backup), "--yes")
    assert store.read(key) == b"right"


def test_a_restore_refuses_a_backup_that_lacks_a_file(desk: KeptDesk, store: FileStore) -> None:
    key = store.keep(b"lost")
    backup = desk.backs_up()
    (backup / "files" / key[:2] / key).unlink()

    assert "should have 1 files that came with messages, and has 0" in desk.is_refused(
        "restore", str(backup), "--yes"
    )


def test_a_backup_of_a_version_that_kept_no_files_is_restored(desk: KeptDesk) -> None:
    backup = desk.backs_up()
    rewrite(backup, files={})

    assert "Files that came with messages: 0, now at" in desk.restores(backup)


def test_a_store_that_cannot_be_written_stops_a_restore_before_anything_is_changed(
    desk: KeptDesk, store: FileStore
) -> None:
    key = store.keep(b"kept")
    backup = desk.backs_up()
    place_of(desk, key).unlink()
    (desk.data_dir / "files" / ".lock").unlink()
    place_of(desk, key).parent.rmdir()
    (desk.data_dir / "files").rmdir()
    (desk.data_dir / "files").write_text("a file in its place")
    desk.announces()

    assert "The files cannot be brought back" in desk.is_refused("restore", str(backup), "--yes")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
@pytest.mark.parametrize("is_there", [True, False])
def test_what_root_brings_back_belongs_to_whom_the_place_belongs(
    desk: KeptDesk, store: FileStore, is_there: bool
) -> None:
    store.keep(b"kept")
    backup = desk.backs_up()
    shutil.rmtree(desk.data_dir / "files")
    if is_there:
        (desk.data_dir / "files").mkdir()
        os.chown(desk.data_dir / "files", 65534, 65534)
    os.chown(desk.data_dir, 65534, 65534)

    desk.restores(backup)

    found = [desk.data_dir / "files", *(desk.data_dir / "files").rglob("*")]
    assert len(found) == 4, "the folder, its lock, one folder within it, the file"
    assert {(path.stat().st_uid, path.stat().st_gid) for path in found} == {(65534, 65534)}


def test_of_a_bucket_a_backup_says_that_it_is_kept_elsewhere(
    desk: KeptDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = "s3://bucket/desk"
    monkeypatch.setattr("cli.backup.place_of_files", lambda _: bucket)

    ran = desk.runs("backup")
    said = desk.restores(max(desk.backups.iterdir()))

    told = f"Not in it: the files that came with messages, which {bucket} keeps."
    assert told in ran.stdout
    assert told in said


def examined(desk: KeptDesk, **environ: str) -> Finding:
    given = desk.environment() | {
        "SUPPORT_CONFIG": str(ROOT / "support.toml"),
        "SUPPORT_DATA_DIR": str(desk.data_dir),
        "SUPPORT_JWT_SECRET": SECRET,
    }
    (finding,) = files.examine(given | environ)
    return finding


def test_the_doctor_is_content_with_files_that_are_there(desk: KeptDesk, store: FileStore) -> None:
    assert examined(desk).is_well, "none has come yet"

    names(desk, store.keep(b"here"))

    assert examined(desk) == Finding(True, f"Files are kept at {desk.data_dir / 'files'}.")


def test_the_doctor_misses_files_that_are_not_where_they_should_be(
    desk: KeptDesk, store: FileStore, tmp_path: Path
) -> None:
    names(desk, store.keep(b"here"))

    finding = examined(desk, SUPPORT_FILES_URL=str(tmp_path / "elsewhere"))

    assert not finding.is_well
    assert finding.what.startswith("1 of the newest 1 files that messages name are not at")
    assert "SUPPORT_FILES_URL" in finding.mend


def test_the_doctor_sees_a_place_that_is_no_folder(desk: KeptDesk) -> None:
    (desk.data_dir / "files").write_text("a file in its place")

    finding = examined(desk)

    assert not finding.is_well
    assert finding.what.endswith("we may not write there.")


def test_the_doctor_whom_the_place_is_closed_to_says_so(desk: KeptDesk, store: FileStore) -> None:
    store.keep(b"here")
    assert examined(desk).is_well  # a stranger may not read us either: what we need is read now
    desk.data_dir.chmod(0)
    with NamedTemporaryFile("w", suffix=".toml") as open_to_all:
        open_to_all.write((ROOT / "support.toml").read_text())
        open_to_all.flush()
        os.fchmod(open_to_all.fileno(), 0o644)

        with as_a_stranger():
            finding = examined(desk, SUPPORT_CONFIG=open_to_all.name)

    assert not finding.is_well
    assert finding.what.endswith("we may not write there.")
