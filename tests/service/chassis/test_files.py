"""The store of files, in a folder and behind fsspec."""

import hashlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.spec import AbstractFileSystem

from chassis.files.apart import StoreApart
from chassis.files.intake import Intake
from chassis.files.place import FilesSettings
from chassis.files.store import BEGINNINGS, FileStore
from chassis.settings import ConfigurationError, load
from contracts.errors import FileEmpty, FileKindRefused, FileTooLarge, Unavailable
from tests.support.files import ACCEPTED, REFUSED

ROOT = Path(__file__).parents[3]
CONTENTS = b"what somebody sent"
KEY = hashlib.sha256(CONTENTS).hexdigest()
LATER = datetime.now(UTC) + timedelta(days=1)
LONG_AGO = LATER - timedelta(days=2)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    """The bucket is fsspec's in memory: the same calls as those to S3."""
    is_folder = request.param == "folder"
    return FileStore(str(tmp_path / "files") if is_folder else f"memory://{uuid4().hex}/files")


@pytest.fixture
def folder(tmp_path: Path) -> FileStore:
    return FileStore((tmp_path / "files").as_uri())


def kept(store: FileStore, before: datetime = LATER) -> list[str]:
    return [key for one in BEGINNINGS for key in store.kept_before(one, before)]


def test_the_last_of_the_disk_is_left_to_the_databases(
    folder: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_before = folder.keep(CONTENTS)
    monkeypatch.setattr("chassis.files.folder.LEAST_FREE_BYTES", 2**62)

    with pytest.raises(Unavailable, match="the rest of the disk is kept"):
        folder.keep(b"something else")

    assert kept(folder) == [kept_before]
    assert folder.keep(CONTENTS) == kept_before


def test_a_file_is_kept_under_the_digest_of_its_contents(store: FileStore) -> None:
    assert not store.exists(KEY)

    assert store.keep(io.BytesIO(CONTENTS)) == KEY

    assert store.exists(KEY)
    assert store.read(KEY) == CONTENTS
    with store.open(KEY) as file:
        assert [file.read(4), file.read()] == [CONTENTS[:4], CONTENTS[4:]]


def test_the_same_file_is_kept_once(store: FileStore) -> None:
    assert store.keep(CONTENTS) == store.keep(CONTENTS) == KEY

    assert kept(store) == [KEY]


def test_a_file_of_many_chunks_comes_back_as_it_was(store: FileStore) -> None:
    large = os.urandom(2**20) * 3 + b"end"

    assert store.read(store.keep(io.BytesIO(large))) == large


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", KEY.upper(), f"{KEY}/x"])
def test_what_is_not_there_is_told_so(store: FileStore, key: str) -> None:
    store.keep(CONTENTS)

    with pytest.raises(FileNotFoundError):
        store.open(key)


def test_what_is_old_is_found_and_removed(store: FileStore) -> None:
    store.keep(CONTENTS)

    assert kept(store, LONG_AGO) == []
    assert store.remove_all([KEY], LONG_AGO) == 0
    assert kept(store) == [KEY]
    assert store.remove_all([KEY], LATER) == 1
    assert kept(store) == []
    assert not store.exists(KEY)
    assert store.remove_all([KEY], LATER) == 0, "it is gone"


def test_what_is_kept_again_counts_as_new(folder: FileStore, tmp_path: Path) -> None:
    folder.keep(CONTENTS)
    place = tmp_path / "files" / KEY[:2] / KEY
    os.utime(place, (0, 0))
    seen_as_old = kept(folder, LONG_AGO)

    folder.keep(CONTENTS)

    assert seen_as_old == [KEY]
    assert folder.remove_all([KEY], LONG_AGO) == 0, "somebody is about to name it"
    assert folder.read(KEY) == CONTENTS


def test_what_is_kept_again_is_on_the_disk_although_another_has_put_it(
    folder: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has put it may have been stopped after the renaming."""
    folder.keep(CONTENTS)
    brought: list[int] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: brought.append(os.fstat(descriptor).st_ino))

    folder.keep(CONTENTS)

    way = [tmp_path / "files" / KEY[:2], tmp_path / "files"]
    assert brought == [place.stat().st_ino for place in way]


def test_an_empty_store_has_nothing_to_remove(store: FileStore) -> None:
    assert kept(store) == []


def test_a_store_is_swept_by_a_process_apart(folder: FileStore, tmp_path: Path) -> None:
    """As a service on green threads sweeps a bucket."""
    apart = StoreApart((tmp_path / "files").as_uri())
    folder.keep(CONTENTS)

    assert apart.kept_before(KEY[:2], LONG_AGO) == []
    assert apart.kept_before(KEY[:2], LATER) == [KEY]
    assert apart.remove_all([KEY], LONG_AGO) == 0
    assert apart.remove_all([KEY], LATER) == 1
    assert not folder.exists(KEY)


def test_a_store_that_cannot_be_swept_is_told_as_unavailable() -> None:
    with pytest.raises(Unavailable, match="cannot be swept"):
        StoreApart("nosuch://bucket/files").kept_before("00", LATER)


def test_a_crash_leaves_nothing_half_written(folder: FileStore, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from chassis.crash import arm\n"
        "from chassis.files.store import FileStore\n"
        "arm('files.before_placing')\n"
        "FileStore(sys.argv[1]).keep(sys.argv[2].encode())\n"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "files"), CONTENTS.decode()]

    ended = subprocess.run(run, cwd=ROOT, check=False)

    assert ended.returncode == -signal.SIGKILL
    assert not folder.exists(KEY)
    left = list((tmp_path / "files" / KEY[:2]).iterdir())
    assert len(left) == 1
    assert kept(folder) == [], "what is half written is no file, and goes"
    assert not left[0].exists()
    assert folder.read(folder.keep(CONTENTS)) == CONTENTS


def test_a_place_that_cannot_be_written_is_told_as_unavailable(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where a folder should be")

    with pytest.raises(Unavailable, match="the store of files refuses"):
        FileStore(str(tmp_path / "files")).keep(CONTENTS)


def test_a_bucket_that_does_not_answer_is_told_as_unavailable() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        FileStore("nosuch://bucket/files").keep(CONTENTS)


def test_a_disk_that_fails_while_it_is_read_is_told_as_unavailable(
    folder: FileStore, tmp_path: Path
) -> None:
    """What a process has in its memory can be opened like a file, and nothing lies at its begin."""
    place = tmp_path / "files" / KEY[:2] / KEY
    place.parent.mkdir(parents=True)
    place.symlink_to("/proc/self/mem")
    folder.open(KEY).close()

    with pytest.raises(Unavailable, match="the store of files refuses"):
        folder.read(KEY)


class BreaksOff(MemoryFileSystem):  # type: ignore[misc]
    """A bucket that has what is asked for, and gives none of it."""

    protocol = "breaksoff"
    cat_file = AbstractFileSystem.cat_file

    def _open(self, *_arguments: object, **_options: object) -> io.BytesIO:
        return Broken()


class Broken(io.BytesIO):
    def read(self, _size: int | None = -1) -> bytes:
        raise RuntimeError("the connection was reset")


def test_a_bucket_that_breaks_off_is_told_as_unavailable() -> None:
    fsspec.register_implementation("breaksoff", BreaksOff, clobber=True)
    store = FileStore("breaksoff://bucket/files")
    store.open(KEY).close()

    with pytest.raises(Unavailable, match="does not answer: the connection was reset"):
        store.read(KEY)


def intake(store: FileStore) -> Intake:
    return Intake(store, ["image/png", "text/plain"], largest_bytes=1000)


def test_what_is_taken_in_is_told_by_its_contents(store: FileStore) -> None:
    png = ACCEPTED["image/png"]

    taken = intake(store).take_in(io.BytesIO(png))

    assert taken == (hashlib.sha256(png).hexdigest(), "image/png", len(png))
    assert store.read(taken.key) == png


@pytest.mark.parametrize(
    ("contents", "refusal", "details"),
    [
        (b"", FileEmpty, {}),
        (b"x" * 1001, FileTooLarge, {"limit": "1000"}),
        (ACCEPTED["application/pdf"], FileKindRefused, {"media_type": "application/pdf"}),
        (REFUSED["a page"], FileKindRefused, {"media_type": ""}),
    ],
)
def test_what_is_refused_is_not_kept(
    store: FileStore,
    contents: bytes,
    refusal: Callable[..., Exception],
    details: dict[str, str],
) -> None:
    with pytest.raises(refusal) as told:  # type: ignore[call-overload]
        intake(store).take_in(contents)

    assert told.value.details == details
    assert kept(store) == []


def place(**environ: str) -> str:
    return load(FilesSettings, {"SUPPORT_CONFIG": str(ROOT / "support.toml"), **environ}).files_at


def test_without_a_word_the_files_are_in_the_data_directory() -> None:
    assert place(SUPPORT_DATA_DIR="/srv/desk") == "/srv/desk/files"
    assert place(SUPPORT_FILES_URL="/srv/files") == "/srv/files"
    assert place(SUPPORT_FILES_URL="file:///srv/files") == "file:///srv/files"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("files", "must be a folder such as /var/lib/support/files, or a bucket such as s3://"),
        ("/", "must be a folder such as"),
        ("file://host/files", "must be a folder such as"),
        ("s3://", "must be a folder such as"),
        ("ftp://host/files", "must be a folder such as"),
        ("memory://files", "must be a folder such as"),
        ("s3://key:hunter2@bucket/files", "AWS_ACCESS_KEY_ID"),
    ],
)
def test_a_wrong_place_is_told_with_what_it_should_be(wrong: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        place(SUPPORT_FILES_URL=wrong)

    assert f"SUPPORT_FILES_URL: {told}" in str(refusal.value) or told in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_bucket_without_its_package_is_told_how_to_get_it() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        place(SUPPORT_FILES_URL="s3://bucket/files")

    assert "SUPPORT_FILES_URL: names a bucket" in str(refusal.value)
    assert "pip install s3fs" in str(refusal.value)
