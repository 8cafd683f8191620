"""Forms with files that are wrong: refused in words that help, and nothing is kept."""

import io
from pathlib import Path

import pytest

from chassis.files.store import FileStore
from tests.support.gateway import Gateway
from tests.support.uploads import (
    FORM,
    HEAD,
    OPEN,
    PNG,
    refuses,
    rules,
    sends,
)


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "files"))


@pytest.mark.parametrize("number", [11, 40])
def test_too_many_files_are_told_so(gateway: Gateway, store: FileStore, number: int) -> None:
    fault = refuses(gateway, store, sends(gateway, OPEN, [("a.png", PNG)] * number), 422)

    assert fault["errors"] == [{"field": "attachments", "message": "At most 10 files at once."}]


def test_more_than_any_right_form_is_refused_by_what_it_announces(
    tmp_path: Path, store: FileStore
) -> None:
    gateway = rules(tmp_path, largest_megabytes=1, at_once=2)
    large = [("a.txt", b"x" * 2**20)] * 3

    for answer in (sends(gateway, OPEN, large), sends(gateway, OPEN, description="x" * 300_000)):
        fault = refuses(gateway, store, answer, 413)

        assert fault["code"] == "payload_too_large"
        assert fault["detail"].startswith("At most 2 files of 1 MB each")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"context": "{"}, "Must be a JSON object, written as text."),
        ({"context": "[]"}, "Must be a JSON object."),
        ({"category": "nonsense"}, "One of"),
        ({"attachments": "not a file"}, "Must be a file"),
        ({"atachments": "x"}, "no such field"),
        ({"description": "a\0b"}, "NUL"),
        ({"priority": "P0"}, "P0"),
    ],
)
def test_wrong_fields_are_told_by_name_and_nothing_is_kept(
    gateway: Gateway, store: FileStore, fields: dict[str, str], message: str
) -> None:
    answer = sends(gateway, OPEN, [("a.png", PNG)], **{"description": "x", **fields})

    (error,) = refuses(gateway, store, answer, 422)["errors"]
    assert [error["field"]] == list(fields)
    assert message.lower() in error["message"].lower()


def test_a_file_under_another_name_is_refused(gateway: Gateway, store: FileStore) -> None:
    answer = gateway.as_user().asks(
        "POST",
        OPEN,
        data={"description": "x", "photo": (io.BytesIO(PNG), "a.png")},
        content_type="multipart/form-data",
    )

    (error,) = refuses(gateway, store, answer, 422)["errors"]
    assert error["field"] == "photo"


def test_a_field_that_comes_twice_is_refused(gateway: Gateway, store: FileStore) -> None:
    part = b'--xx\r\nContent-Disposition: form-data; name="description"\r\n\r\nx\r\n'

    answer = gateway.as_user().posts(OPEN, part * 2 + b"--xx--\r\n", content_type=FORM)

    (error,) = refuses(gateway, store, answer, 422)["errors"]
    assert error["field"] == "description"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"nonsense", FORM),
        (HEAD + PNG, FORM),
        (HEAD + PNG + b"\r\n--xx", FORM),
        (HEAD[:-4], FORM),
        (b"--xx\r\nX: y\r\n\r\nz\r\n--xx--\r\n", FORM),
        (b"--xx\r\nContent-Disposition: form-data\r\n\r\nz\r\n--xx--\r\n", FORM),
        (b'--xx\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nz\r\n--xx--\r\n', FORM),
        (HEAD + PNG + b"\r\n--xx--\r\n", "multipart/form-data"),
        (HEAD + PNG + b"\r\n--xx--\r\n", "multipart/form-data; boundary=yy"),
        (HEAD + PNG + b"\r\n--xx--\r\n", f"multipart/form-data; boundary={'x' * 201}"),
    ],
)
def test_a_broken_form_is_told_so(
    gateway: Gateway, store: FileStore, body: bytes, content_type: str
) -> None:
    answer = gateway.as_user().posts(OPEN, body, content_type=content_type)

    assert refuses(gateway, store, answer, 400)["code"] == "malformed_multipart"


def test_a_text_in_another_encoding_is_told_so(gateway: Gateway, store: FileStore) -> None:
    body = (
        b'--xx\r\nContent-Disposition: form-data; name="description"\r\n'
        b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\xe9\r\n--xx--\r\n"
    )

    answer = gateway.as_user().posts(OPEN, body, content_type=FORM)

    assert refuses(gateway, store, answer, 400)["code"] == "not_utf8"


def test_neither_json_nor_a_form_is_told_what_to_send(gateway: Gateway, store: FileStore) -> None:
    answer = gateway.as_user().posts(
        OPEN, b"description=x", content_type="application/x-www-form-urlencoded"
    )

    fault = refuses(gateway, store, answer, 415)
    assert "multipart/form-data" in fault["detail"]


def test_a_packed_form_and_one_with_a_query_are_refused(gateway: Gateway, store: FileStore) -> None:
    packed = sends(gateway, OPEN, headers={"Content-Encoding": "gzip"}, description="x")
    asked = sends(gateway, f"{OPEN}?notify=no", description="x")

    assert refuses(gateway, store, packed, 415)["code"] == "unsupported_media_type"
    assert refuses(gateway, store, asked, 422)["errors"][0]["field"] == "notify"
