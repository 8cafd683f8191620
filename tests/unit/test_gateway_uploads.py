"""Forms with files: read strictly, kept before anybody is asked, refused in words that help."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from chassis.files.store import FileStore
from contracts.tickets import KeptFile
from services.gateway.visit import WRITE_SECONDS
from tests.support.files import ACCEPTED, REFUSED
from tests.support.gateway import Gateway
from tests.support.uploads import (
    COMMAND_OF,
    FORM,
    HEAD,
    OPEN,
    PNG,
    TEXT_OF,
    WRITE,
    refuses,
    rules,
    sends,
    told,
)


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "files"))


@pytest.mark.parametrize("path", [OPEN, WRITE])
def test_files_are_kept_and_named_in_the_command(
    gateway: Gateway, store: FileStore, path: str
) -> None:
    files = [("снимок.png", PNG), ("log.txt", b"line\n")]

    answer = sends(gateway, path, files, **{TEXT_OF[path]: "Вот"})

    assert answer.status_code == 201, answer.text
    first, second = gateway.services.last(COMMAND_OF[path]).attachments
    assert (first.name, first.media_type, first.size) == ("снимок.png", "image/png", len(PNG))
    assert (second.name, second.media_type) == ("log.txt", "text/plain")
    assert store.read(first.key) == PNG
    assert store.read(second.key) == b"line\n"


def test_the_fields_are_those_of_json(gateway: Gateway) -> None:
    answer = sends(
        gateway,
        description="Первая\r\nвторая",
        subject="Тема",
        category="login",
        impact="blocked",
        context=json.dumps({"page": "/войти"}),
        priority="",
    )

    assert answer.status_code == 201, answer.text
    command = gateway.services.last("tickets.open_ticket")
    assert (command.description, command.subject) == ("Первая\nвторая", "Тема")
    assert (command.category, command.priority) == ("login", "P1")
    assert command.context == {"page": "/войти"}
    assert command.attachments == []


def test_an_administrator_answers_with_a_file(gateway: Gateway) -> None:
    answer = gateway.as_admin().asks(
        "POST",
        WRITE,
        data={"message": "", "attachments": (io.BytesIO(PNG), "a.png")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 201, answer.text
    command = gateway.services.last("tickets.answer_ticket")
    assert (command.body, len(command.attachments)) == ("", 1)


@pytest.mark.parametrize("path", [OPEN, WRITE])
@pytest.mark.parametrize("text", [None, "", " \n", "\u200b"])
def test_a_file_may_come_without_a_word(gateway: Gateway, path: str, text: str | None) -> None:
    fields = {} if text is None else {TEXT_OF[path]: text}

    assert sends(gateway, path, [("a.png", PNG)], **fields).status_code == 201

    command = gateway.services.last(COMMAND_OF[path])
    assert (command.description if path == OPEN else command.body) == ""


@pytest.mark.parametrize("path", [OPEN, WRITE])
def test_without_a_file_a_word_is_needed(gateway: Gateway, store: FileStore, path: str) -> None:
    fault = refuses(gateway, store, sends(gateway, path), 422)

    assert [one["field"] for one in fault["errors"]] == [TEXT_OF[path]]


def test_a_field_of_a_form_that_was_left_empty_is_no_file(gateway: Gateway) -> None:
    body = (
        b'--xx\r\nContent-Disposition: form-data; name="description"\r\n\r\nx\r\n'
        b'--xx\r\nContent-Disposition: form-data; name="attachments"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n--xx--\r\n"
    )

    answer = gateway.as_user().posts(OPEN, body, content_type=FORM)

    assert answer.status_code == 201, answer.text
    assert gateway.services.last("tickets.open_ticket").attachments == []


def test_one_file_that_is_refused_lets_none_be_kept(gateway: Gateway, store: FileStore) -> None:
    files = [("a.png", PNG), ("page.png", REFUSED["a page"])]

    fault = refuses(gateway, store, sends(gateway, OPEN, files, description="x"), 415)

    assert fault["code"] == "file_kind_refused"
    assert fault["errors"][0]["field"] == "attachments.1"
    assert "“page.png” is no picture" in fault["errors"][0]["message"]


@pytest.mark.parametrize("what", ["a page", "a drawing", "a program for Windows", "a script"])
def test_what_is_disguised_as_a_picture_is_seen_through(
    gateway: Gateway, store: FileStore, what: str
) -> None:
    body = (
        b'--xx\r\nContent-Disposition: form-data; name="attachments"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + REFUSED[what] + b"\r\n--xx--\r\n"
    )

    answer = gateway.as_user().posts(OPEN, body, content_type=FORM)

    assert refuses(gateway, store, answer, 415)["code"] == "file_kind_refused"


def test_an_empty_file_is_told_by_its_name(gateway: Gateway, store: FileStore) -> None:
    answer = sends(gateway, OPEN, [("../\u202eпусто.png", b"")], description="x")

    fault = refuses(gateway, store, answer, 422)

    assert fault["code"] == "file_empty"
    assert fault["errors"] == [
        {"field": "attachments.0", "message": "The file “пусто.png” is empty."}
    ]


def test_a_file_that_is_too_large_is_told_with_what_is_allowed(
    tmp_path: Path, store: FileStore
) -> None:
    gateway = rules(tmp_path, largest_megabytes=1)
    files = [("a.png", PNG), ("film.txt", b"x" * (2**20 + 1)), ("b.png", PNG)]

    fault = refuses(gateway, store, sends(gateway, OPEN, files, description="x"), 413)

    assert fault["code"] == "file_too_large"
    assert fault["errors"] == [
        {"field": "attachments.1", "message": "The file “film.txt” is larger than 1 MB."}
    ]


def test_a_file_as_large_as_allowed_is_kept(tmp_path: Path, store: FileStore) -> None:
    gateway, largest = rules(tmp_path, largest_megabytes=1), b"x" * 2**20

    assert sends(gateway, OPEN, [("a.txt", largest)] * 10, description="x").status_code == 201

    attachments: list[KeptFile] = gateway.services.last("tickets.open_ticket").attachments
    assert len(attachments) == 10
    assert store.read(attachments[9].key) == largest


def test_the_same_form_under_one_key_is_the_same_command(gateway: Gateway) -> None:
    key = {"Idempotency-Key": "k-1"}
    commands = []
    for name, contents in (("a.png", PNG), ("a.png", PNG), ("a.png", ACCEPTED["image/gif"])):
        sends(gateway, OPEN, [(name, contents)], headers=key, description="x")
        commands.append(gateway.services.last("tickets.open_ticket"))

    first, again, other = commands
    assert first.command_id == again.command_id == other.command_id
    assert first.attachments == again.attachments
    assert first.attachments != other.attachments, "which tickets refuses under this id"


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("photo\u202egnp.exe", "photognp.exe.png"),
        ("x" * 500 + ".png", "x" * 196 + ".png"),
    ],
)
def test_a_name_is_made_harmless_before_anybody_sees_it(
    gateway: Gateway, called: str, shown: str
) -> None:
    assert sends(gateway, OPEN, [(called, PNG)]).status_code == 201

    assert gateway.services.last("tickets.open_ticket").attachments[0].name == shown


def test_a_name_with_a_nul_is_made_harmless_too(gateway: Gateway) -> None:
    body = HEAD.replace(b"a.png", b"a\0b.png") + PNG + b"\r\n--xx--\r\n"

    assert gateway.as_user().posts(OPEN, body, content_type=FORM).status_code == 201

    assert gateway.services.last("tickets.open_ticket").attachments[0].name == "ab.png"


def test_whoever_may_not_write_sends_nothing(gateway: Gateway, store: FileStore) -> None:
    answer = gateway.as_anyone().asks(
        "POST",
        OPEN,
        data={"attachments": (io.BytesIO(PNG), "a.png")},
        content_type="multipart/form-data",
    )

    assert refuses(gateway, store, answer, 401)["code"] == "unauthorized"


def test_a_store_that_refuses_is_told_as_unavailable(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the store should be")

    answer = sends(gateway, OPEN, [("a.png", PNG)])

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert gateway.services.asked == []


@pytest.mark.parametrize("path", [OPEN, WRITE])
def test_a_message_is_dated_by_when_all_of_it_has_come(tmp_path: Path, path: str) -> None:
    """An answer that an agent gave to an earlier one while it was sent is no answer to it."""
    shift = tmp_path / "clock"
    gateway = Gateway(tmp_path, SUPPORT_CLOCK_FILE=str(shift))
    began_at = datetime.now(UTC)

    class SlowStore(FileStore):
        def keep(self, contents: bytes | BinaryIO) -> str:
            shift.write_text("60")
            return super().keep(contents)

    gateway.app.extensions["uploads"]._intake.store = SlowStore(str(tmp_path / "files"))

    assert sends(gateway, path, [("a.png", PNG)]).status_code == 201

    received_at = gateway.services.last(COMMAND_OF[path]).received_at
    assert received_at - began_at >= timedelta(seconds=60)


def test_keeping_the_files_takes_nothing_of_the_time_for_the_ticket(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("chassis.deadline.monotonic", lambda: now)

    class SlowStore(FileStore):
        def keep(self, contents: bytes | BinaryIO) -> str:
            nonlocal now
            now += 60
            return super().keep(contents)

    gateway.app.extensions["uploads"]._intake.store = SlowStore(str(tmp_path / "files"))

    answer = sends(gateway, OPEN, [("a.png", PNG), ("b.png", PNG)])

    assert answer.status_code == 201, answer.text
    assert gateway.services.timeouts["tickets.open_ticket"] == WRITE_SECONDS


def test_a_disk_without_room_for_what_is_sent_is_told_as_unavailable(
    gateway: Gateway, tmp_path: Path
) -> None:
    place = tmp_path / "gateway" / "uploads"
    place.parent.mkdir(exist_ok=True)
    place.write_text("a file where the directory should be")

    assert sends(gateway, OPEN, [("a.png", PNG)]).status_code == 503
    assert gateway.services.asked == []


def test_only_files_count_as_megabytes(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    limiter = gateway.app.extensions["uploads"]._limiter
    monkeypatch.setattr(limiter, "count_upload", lambda _, size: counted.append(size))

    assert sends(gateway, OPEN, description="x").status_code == 201
    assert sends(gateway, OPEN, [("a.png", PNG), ("b.png", PNG)]).status_code == 201

    assert counted == [2 * len(PNG)]


def test_nothing_is_taken_in_when_the_disk_is_nearly_full(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.files.folder.LEAST_FREE_BYTES", 2**62)

    assert sends(gateway, OPEN, [("a.txt", b"x" * 2**20)]).status_code == 503

    assert not gateway.services.asked


def test_only_so_many_send_files_at_once(gateway: Gateway) -> None:
    uploads = gateway.app.extensions["uploads"]
    for number in range(8):
        uploads._slots.take(f"sender-{number}")

    assert sends(gateway, OPEN, [("a.png", PNG)]).status_code == 503
    assert gateway.as_user().posts(OPEN, {"description": "x"}).status_code == 201

    uploads._slots.give_back("sender-7")
    assert sends(gateway, OPEN, [("a.png", PNG)]).status_code == 201


def test_what_waited_on_the_disk_is_gone_afterwards(gateway: Gateway, tmp_path: Path) -> None:
    large = b"x" * 2**20

    sends(gateway, OPEN, [("a.txt", large), ("page.png", REFUSED["a page"])])
    sends(gateway, OPEN, [("a.txt", large)])

    assert list((tmp_path / "gateway" / "uploads").iterdir()) == []


def test_the_contract_tells_of_both_forms(gateway: Gateway) -> None:
    document = told(gateway.as_anyone().gets("/openapi.json"))
    body = document["paths"]["/api/support/tickets/"]["post"]["requestBody"]

    assert set(body["content"]) == {"application/json", "multipart/form-data"}
    form = body["content"]["multipart/form-data"]["schema"]
    assert form["properties"]["attachments"]["type"] == "array"
    assert form.get("required", []) == []
    page = gateway.as_anyone().gets("/docs/").text
    assert "multipart/form-data" in page
    assert 'id="file_kind_refused"' in page
