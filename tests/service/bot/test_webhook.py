"""Updates that Telegram brings to the bot: stored first, once, and from Telegram alone."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from botapi.sights import Call
from cli.ports import choose_port
from services.bot.models import StoredUpdate
from services.bot.receiving.web_server import LARGEST_BODY
from services.bot.settings import Settings
from tests.support.bot_desk import BotDesk
from tests.support.bot_rows import DESK
from tests.support.bot_story import ticket_in
from tests.support.botapi import SUPPORT_BOT_TOKEN, TelegramPerson
from tests.support.waiting import wait_until

SECRET = "the-secret-of-the-tests"
PATH = "/telegram/updates"
BY_WEBHOOK = "updates come by the webhook"


class Door:
    """The bot's webhook as a stranger sees it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}{PATH}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SUPPORT_BOT_WEBHOOK_URL": self.url,
            "SUPPORT_BOT_WEBHOOK_PORT": str(self.port),
            "SUPPORT_BOT_WEBHOOK_SECRET": SECRET,
        }

    def asks(
        self,
        body: bytes = b"{}",
        *,
        method: str = "POST",
        path: str = PATH,
        secret: str | None = SECRET,
        **headers: str,
    ) -> int:
        """The status it answers with."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        given = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
        try:
            line.request(method, path, body, {**given, **headers})
            return line.getresponse().status
        finally:
            line.close()


@pytest.fixture(scope="module")
def door(desk: BotDesk) -> Iterator[Door]:
    """The desk's bot, reached by a webhook for the tests of this file."""
    found = Door(choose_port())
    desk.bot.stop()
    desk.start_bot(**found.settings)
    desk.bot.wait_until_logged(BY_WEBHOOK)
    yield found
    if desk.bot.is_running():
        desk.bot.stop()
    desk.start_bot()


def update(update_id: int, person: int, text: str) -> bytes:
    chat = {"id": person, "type": "private"}
    sender = {"id": person, "is_bot": False, "first_name": "Иван", "language_code": "ru"}
    message = {"message_id": 5, "date": 0, "chat": chat, "from": sender, "text": text}
    return json.dumps({"update_id": update_id, "message": message}).encode()


def stored(desk: BotDesk) -> int:
    with desk.rows_of_bot() as database, database.reading() as session:
        return session.scalar(select(func.count()).select_from(StoredUpdate)) or 0


def test_what_people_write_comes_by_the_webhook_and_nobody_polls(
    desk: BotDesk, door: Door, ivan: TelegramPerson
) -> None:
    desk.telegram.forget_calls()

    opened = ivan.receives("принято", after=ivan.says("Помогите"))
    ivan.receives("Добавлено", after=ivan.says("Ещё"))

    ticket = desk.tickets.get_ticket(ticket_in(opened))
    assert [one.body for one in ticket.messages] == ["Помогите", "Ещё"]
    assert desk.telegram.calls("getUpdates") == []
    desk.telegram.wait_until_confirmed()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"secret": None}, 403),
        ({"secret": ""}, 403),
        ({"secret": f"{SECRET}x"}, 403),
        ({"secret": SECRET[:-1]}, 403),
        ({"path": "/"}, 404),
        ({"path": f"{PATH}/more"}, 404),
        ({"method": "GET"}, 405),
        ({"method": "PUT"}, 405),
        ({"body": b"not json"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b"{}"}, 400),
        ({"body": b'{"update_id": "x"}'}, 400),
        ({"body": b"x" * (LARGEST_BODY + 1)}, 413),
    ],
)
def test_whatever_is_not_telegrams_is_refused_and_nothing_is_stored(
    desk: BotDesk, door: Door, asked: dict[str, Any], status: int
) -> None:
    before = stored(desk)

    asked = {"body": update(990_000, 4, "Впустите"), **asked}

    assert door.asks(**asked) == status
    assert stored(desk) == before


def test_an_update_that_comes_twice_has_one_effect(
    desk: BotDesk, door: Door, ivan: TelegramPerson
) -> None:
    ivan.receives("станет обращением", after=ivan.says("/help"))
    body = update(991_000, ivan.id, "Дважды")

    assert [door.asks(body), door.asks(body)] == [200, 200]

    opened = ivan.receives("принято")
    assert len(desk.tickets.get_ticket(ticket_in(opened)).messages) == 1


def test_an_update_that_is_not_understood_is_kept_without_effect(desk: BotDesk, door: Door) -> None:
    before = stored(desk)

    status = door.asks(json.dumps({"update_id": 992_000, "message": {"odd": 1}}).encode())

    assert status == 200
    assert stored(desk) == before + 1


def test_what_came_while_the_bot_was_away_is_brought_again(
    desk: BotDesk, door: Door, ivan: TelegramPerson
) -> None:
    desk.bot.kill()

    ivan.says("Раз")
    ivan.says("Два")
    desk.start_bot(**door.settings)

    opened = ivan.receives("принято", within=20)
    ivan.receives("Добавлено", after=opened, within=20)
    ticket = desk.tickets.get_ticket(ticket_in(opened))
    assert [one.body for one in ticket.messages] == ["Раз", "Два"]


def test_back_to_polling_the_webhook_is_taken_down_and_nothing_is_dropped(
    desk: BotDesk, door: Door, ivan: TelegramPerson
) -> None:
    desk.bot.stop()
    ivan.says("Между двумя")
    desk.telegram.forget_calls()

    desk.start_bot()
    try:
        opened = ivan.receives("принято")
        (down,) = desk.telegram.calls("deleteWebhook")
        assert not drops(down)
        assert len(desk.tickets.get_ticket(ticket_in(opened)).messages) == 1
    finally:
        desk.bot.stop()
        desk.start_bot(**door.settings)
        desk.bot.wait_until_logged(BY_WEBHOOK)
    wait_until(lambda: desk.telegram.calls("setWebhook"))
    for call in desk.telegram.calls("setWebhook"):
        assert not drops(call)
        assert call.parameters["secret_token"] == SECRET


def drops(call: Call) -> bool:
    """Whether what waited was to be forgotten."""
    return str(call.parameters.get("drop_pending_updates", "")).lower() == "true"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://desk.example/hook", "https"),
        ("ftp://desk.example/hook", "http"),
        ("https://desk.example/hook?x=1", "question mark"),
        (f"https://desk.example/{SUPPORT_BOT_TOKEN}", "token"),
    ],
)
def test_an_address_that_will_not_do_is_refused(url: str, reason: str) -> None:
    given = {"file": DESK, "SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN, "SUPPORT_BOT_WEBHOOK_URL": url}

    with pytest.raises(ValueError, match=reason):
        Settings.model_validate(given)


def test_without_a_secret_of_its_own_all_replicas_make_the_same_one_of_the_token() -> None:
    given = {"file": DESK, "SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN}

    made = {Settings.model_validate(given).webhook_secret_in_force for _ in range(2)}

    assert len(made) == 1
    (secret,) = made
    assert SUPPORT_BOT_TOKEN not in secret
    assert len(secret) == 64
