"""A user is given a link into Telegram, and the desk keeps nothing that could open it."""

from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Unavailable
from contracts.event import Receipt
from contracts.passes import digest_of
from contracts.tickets import IssuePass, PassView
from contracts.vocabulary import PassPurpose
from tests.support.gateway import NOW, Gateway, make_ticket

PATH = "/telegram/link/"


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    gateway = Gateway(tmp_path)
    gateway.services.answers["bot.ping"] = lambda _: {"status": "ok", "username": "desk_bot"}
    gateway.services.answers["tickets.issue_pass"] = lambda command: Receipt(
        result=PassView(purpose=command.purpose, expires_at=NOW)
    )
    return gateway


def issued(gateway: Gateway) -> IssuePass:
    found: IssuePass = gateway.services.last("tickets.issue_pass")
    return found


def token_in(url: str) -> str:
    return url.partition("?start=link_")[2]


def test_a_user_gets_a_link_whose_token_only_they_have(gateway: Gateway) -> None:
    answer = gateway.as_user(name="Анна").asks("POST", PATH)

    assert answer.status_code == 201
    assert answer.json is not None
    token = token_in(answer.json["url"])
    assert answer.json == {
        "url": f"https://t.me/desk_bot?start=link_{token}",
        "expires_at": "2026-03-02T09:00:00.000Z",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    command = issued(gateway)
    assert (command.purpose, command.digest) == (PassPurpose.LINK, digest_of(token))
    assert command.requester is not None
    assert (command.requester.id, command.requester.name) == ("anna", "Анна")
    assert token not in command.model_dump_json()


def test_every_link_is_another_and_fits_into_what_telegram_takes(gateway: Gateway) -> None:
    urls = {gateway.as_user().posts(PATH, {}).json["url"] for _ in range(20)}  # type: ignore[index]

    assert len(urls) == 20
    for url in urls:
        payload = url.partition("?start=")[2]
        assert len(payload) <= 64
        assert payload.replace("-", "").replace("_", "").isalnum()
        assert payload.isascii()


def test_the_bot_is_asked_once_a_minute_who_it_is(gateway: Gateway) -> None:
    for _ in range(3):
        gateway.as_user().asks("POST", PATH)

    assert [name for name, _ in gateway.services.asked].count("bot.ping") == 1


@pytest.mark.parametrize(
    "ping",
    [Unavailable("silent"), lambda _: {"status": "idle"}, lambda _: {"status": "token_refused"}],
    ids=["silent", "idle", "refused"],
)
def test_without_the_bot_it_is_503_with_words_and_nothing_is_made(
    gateway: Gateway, ping: Any
) -> None:
    gateway.services.answers["bot.ping"] = ping

    answer = gateway.as_user().asks("POST", PATH, headers={"Accept-Language": "ru"})

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["code"] == "bot_unavailable"
    assert "Бот поддержки" in answer.json["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    assert not gateway.services.was_asked("tickets.issue_pass")


def test_a_bot_that_comes_later_is_found(gateway: Gateway) -> None:
    silent, gateway.services.answers["bot.ping"] = (
        gateway.services.answers["bot.ping"],
        Unavailable("silent"),
    )
    assert gateway.as_user().asks("POST", PATH).status_code == 503
    gateway.services.answers["bot.ping"] = silent

    assert gateway.as_user().asks("POST", PATH).status_code == 201


def test_somebody_without_a_token_gets_none(gateway: Gateway) -> None:
    answer = gateway.as_anyone().asks("POST", PATH)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400, "malformed_json"),
        ({"data": b"[]", "content_type": "application/json"}, 422, "invalid"),
        ({"data": b'{"telegram_id": 7}', "content_type": "application/json"}, 422, "invalid"),
        ({"data": b"{}", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ({"query_string": "for=olga"}, 422, "invalid"),
    ],
)
def test_what_it_does_not_take_is_refused(
    gateway: Gateway, options: dict[str, Any], status: int, code: str
) -> None:
    answer = gateway.as_user().asks("POST", PATH, **options)

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["code"] == code
    assert not gateway.services.was_asked("tickets.issue_pass")


@pytest.mark.parametrize("owner", ["boss", "tg:7"])
def test_an_administrator_writes_on_in_a_ticket_of_their_own(gateway: Gateway, owner: str) -> None:
    gateway.services.answers["tickets.get_ticket"] = lambda _: make_ticket(owner=owner)
    boss = gateway.as_admin(telegram_id=7)

    assert boss.posts("/tickets/42/add_message/", {"message": "Ещё"}).status_code == 201

    assert gateway.services.last("tickets.add_user_message").requester_id == "boss"
    assert not gateway.services.was_asked("tickets.answer_ticket")
