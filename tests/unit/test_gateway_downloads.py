"""Files given out: whole, to whom they are shown, and harmless in whatever opens them."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from chassis.files.store import FileStore
from contracts.errors import AttachmentNotFound, Unavailable
from contracts.tickets import LARGEST_ID, AttachmentView
from tests.support.files import ACCEPTED
from tests.support.gateway import Gateway, make_ticket

PATH = "/attachments/12/"
PNG = ACCEPTED["image/png"]
KEY = hashlib.sha256(PNG).hexdigest()
TAG = {"If-None-Match": f'"{KEY}"'}


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def has(gateway: Gateway, contents: bytes = PNG, **parts: Any) -> AttachmentView:
    """The desk has this file, of whomever asks."""
    place = gateway.app.extensions["uploads"]._intake.store
    assert isinstance(place, FileStore)
    key = place.keep(contents)
    named = {"name": "снимок.png", "media_type": "image/png", **parts}
    file = AttachmentView(id=12, size=len(contents), key=key, **named)
    gateway.services.answers["tickets.get_attachment"] = lambda _: file
    return file


def fetches(gateway: Gateway, method: str = "GET", **headers: str) -> TestResponse:
    return gateway.as_user().asks(method, PATH, headers=headers, buffered=True)


def test_a_picture_comes_as_it_was_sent_and_may_be_shown(gateway: Gateway) -> None:
    has(gateway)

    answer = fetches(gateway)

    assert (answer.status_code, answer.data) == (200, PNG)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(len(PNG))
    assert answer.headers["Content-Disposition"] == (
        "inline; filename=\"______.png\"; filename*=UTF-8''%D1%81%D0%BD%D0%B8%D0%BC%D0%BE%D0%BA.png"
    )
    assert answer.headers["ETag"] == f'"{KEY}"'


def test_whatever_it_is_it_is_no_page_of_ours(gateway: Gateway) -> None:
    has(gateway)

    headers = fetches(gateway).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("media_type", "content_type"),
    [
        ("application/pdf", "application/pdf"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("video/mp4", "video/mp4"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
    ],
)
def test_what_a_browser_need_not_show_is_saved(
    gateway: Gateway, media_type: str, content_type: str
) -> None:
    has(gateway, media_type=media_type)

    headers = fetches(gateway).headers

    assert headers["Content-Type"] == content_type
    assert headers["Content-Disposition"].startswith("attachment; ")


def test_a_name_breaks_out_of_no_header(gateway: Gateway) -> None:
    has(gateway, name='a"; filename=evil.exe\\\r\nSet-Cookie: x.png')

    headers = fetches(gateway).headers

    assert "Set-Cookie" not in headers
    assert headers["Content-Disposition"].count('"') == 2


def test_whoever_has_it_already_is_told_so(gateway: Gateway) -> None:
    has(gateway)

    answer = fetches(gateway, **TAG)

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == f'"{KEY}"'
    assert fetches(gateway, **{"If-None-Match": '"other"'}).status_code == 200


def test_whoever_has_it_still_has_to_be_let_in(gateway: Gateway) -> None:
    """The next user of the same browser finds the file in its cache."""
    file = has(gateway)
    caching = [fetches(gateway, **given).headers["Cache-Control"] for given in ({}, TAG)]
    gateway.services.answers["tickets.get_attachment"] = AttachmentNotFound("not Boris's")

    answer = gateway.as_user("boris").asks("GET", PATH, headers=TAG)

    assert file.key in TAG["If-None-Match"]
    assert caching == ["private, no-cache"] * 2
    assert answer.status_code == 404


def test_a_head_tells_of_it_without_it(gateway: Gateway) -> None:
    has(gateway)

    answer = fetches(gateway, "HEAD")

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(PNG))


def test_the_owner_and_administrators_are_asked_for_as_such(gateway: Gateway) -> None:
    has(gateway)

    assert gateway.as_user("anna").gets(PATH, buffered=True).status_code == 200
    assert gateway.services.last("tickets.get_attachment").requester_id == "anna"
    assert gateway.as_admin().gets(PATH, buffered=True).status_code == 200
    assert gateway.services.last("tickets.get_attachment").requester_id is None


def test_nobody_else_learns_whether_it_is_there(gateway: Gateway) -> None:
    answer = fetches(gateway)

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "attachment_not_found"
    assert gateway.as_anyone().gets(PATH).status_code == 401


@pytest.mark.parametrize("number", ["0", str(LARGEST_ID + 1), "9" * 40])
def test_a_number_that_no_file_has_is_not_asked_for(gateway: Gateway, number: str) -> None:
    answer = gateway.as_user().gets(f"/attachments/{number}/")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["code"] == "attachment_not_found"
    assert gateway.services.asked == []


@pytest.mark.parametrize("name", ["x", "1.5", "-1", "..%2f12", KEY])
def test_what_is_no_number_is_no_address(gateway: Gateway, name: str) -> None:
    assert gateway.as_user().gets(f"/attachments/{name}/").status_code == 404
    assert gateway.services.asked == []


def test_a_parameter_is_refused_and_the_slash_is_added(gateway: Gateway) -> None:
    has(gateway)

    assert gateway.as_user().gets(f"{PATH}?w=100").status_code == 422
    assert gateway.as_user().gets(PATH[:-1]).status_code == 308


def test_a_file_that_is_lost_is_told_and_logged(
    gateway: Gateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    has(gateway)
    (tmp_path / "files" / KEY[:2] / KEY).unlink()

    assert fetches(gateway).status_code == 404
    assert "a file is lost" in capsys.readouterr().out


def test_a_silent_service_is_told_as_unavailable(gateway: Gateway) -> None:
    gateway.services.answers["tickets.get_attachment"] = Unavailable("silent")

    assert fetches(gateway).status_code == 503


def test_only_so_many_fetch_files_at_once_and_each_gives_its_place_back(gateway: Gateway) -> None:
    file = has(gateway)
    slots = gateway.app.extensions["downloads"]._slots
    for number in range(15):
        slots.take(f"reader-{number}")

    for _ in range(3):
        assert fetches(gateway).status_code == 200
    held = gateway.as_user().gets(PATH)
    assert fetches(gateway).status_code == 503
    assert fetches(gateway, **{"If-None-Match": f'"{file.key}"'}).status_code == 304
    held.close()
    assert fetches(gateway).status_code == 200


def test_a_message_tells_where_its_files_are(gateway: Gateway) -> None:
    ticket = make_ticket()
    file = AttachmentView(id=12, name="a.png", media_type="image/png", size=7, key=KEY)
    said = ticket.messages[0].model_copy(update={"attachments": [file]})
    gateway.services.ticket = ticket.model_copy(update={"messages": [said]})

    shown = gateway.as_user().gets("/tickets/42/").json

    assert shown is not None
    assert shown["messages"][0]["attachments"] == [
        {
            "id": 12,
            "name": "a.png",
            "media_type": "image/png",
            "size": 7,
            "url": "/api/support/attachments/12/",
        }
    ]
