"""Files on their way: from the form in the app to whoever answers, and back."""

from typing import Any
from uuid import uuid4

import httpx

from tests.support.files import ACCEPTED, REFUSED
from tests.support.running_desk import RunningDesk
from tests.support.story import AppUser, admin, app_user

PNG = ACCEPTED["image/png"]
PDF = ACCEPTED["application/pdf"]
Files = list[tuple[str, tuple[str, bytes]]]


def files(*named: tuple[str, bytes]) -> Files:
    return [("attachments", one) for one in named]


def sends(
    user: AppUser, path: str, sent: Files, key: str | None = None, **fields: str
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return user.asks("POST", path, data=fields, files=sent, headers=headers)


def fetched(user: AppUser, file: dict[str, Any]) -> httpx.Response:
    return user.asks("GET", file["url"].removeprefix("/api/support"))


def test_what_a_user_sends_and_what_is_answered_reaches_the_other(desk: RunningDesk) -> None:
    anna, boss, boris = app_user(desk), admin(desk), app_user(desk, "Борис")

    opened = sends(anna, "/tickets/", files(("снимок.png", PNG)), description="Вот")
    assert opened.status_code == 201, opened.text
    ticket = opened.json()
    path = f"/tickets/{ticket['id']}/add_message/"
    assert sends(boss, path, files(("инструкция.pdf", PDF))).status_code == 201

    seen = anna.reads(ticket["id"])
    (asked,), (answered,) = (message["attachments"] for message in seen["messages"])
    assert (asked["name"], asked["media_type"], asked["size"]) == (
        "снимок.png",
        "image/png",
        len(PNG),
    )
    for user in (anna, boss):
        assert fetched(user, asked).content == PNG
        assert fetched(user, answered).content == PDF
        assert fetched(user, answered).headers["Content-Disposition"].startswith("attachment;")
    assert fetched(boris, asked).status_code == 404
    assert fetched(boris, asked).json()["code"] == "attachment_not_found"
    assert seen["messages"][1]["body"] == ""


def test_a_ticket_of_files_alone_is_called_after_the_first(desk: RunningDesk) -> None:
    anna = app_user(desk)

    opened = sends(anna, "/tickets/", files(*[(f"{n}.png", PNG) for n in range(10)]))

    assert opened.status_code == 201, opened.text
    ticket = opened.json()
    assert (ticket["subject"], ticket["description"]) == ("0.png", "")
    names = [file["name"] for file in ticket["messages"][0]["attachments"]]
    assert names == [f"{n}.png" for n in range(10)]


def test_a_repeat_under_the_same_key_is_the_same_and_another_file_is_not(
    desk: RunningDesk,
) -> None:
    anna, key = app_user(desk), str(uuid4())

    first = sends(anna, "/tickets/", files(("a.png", PNG)), key, description="x")
    again = sends(anna, "/tickets/", files(("a.png", PNG)), key, description="x")
    other = sends(anna, "/tickets/", files(("a.png", PDF)), key, description="x")

    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(anna.lists()) == 1


def test_what_is_refused_changes_nothing(desk: RunningDesk) -> None:
    anna = app_user(desk)
    ticket = anna.opens_ticket("Не могу войти")
    path = f"/tickets/{ticket['id']}/add_message/"

    page = sends(anna, path, files(("a.png", PNG), ("b.png", REFUSED["a page"])), message="x")
    empty = sends(anna, path, files(("a.png", b"")), message="x")
    many = sends(anna, path, files(*[("a.png", PNG)] * 11), message="x")
    large = sends(anna, path, files(("a.txt", b"x" * (20 * 2**20 + 1))), message="x")

    assert [one.status_code for one in (page, empty, many, large)] == [415, 422, 422, 413]
    assert len(anna.reads(ticket["id"])["messages"]) == 1
