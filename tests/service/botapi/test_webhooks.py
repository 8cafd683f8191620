"""Updates that the server carries to a webhook."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict

from tests.service.botapi.conftest import BotRunner
from tests.support.botapi import TelegramWorld
from tests.support.waiting import wait_until


@dataclass
class Door:
    """A webhook that notes what came, and answers with the statuses it was given, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    came: list[tuple[dict[str, Any], str | None]] = field(default_factory=list)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update, _ in self.came]


@pytest.fixture
def door() -> Iterator[Door]:
    seen = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            secret = self.headers["X-Telegram-Bot-Api-Secret-Token"]
            seen.came.append((json.loads(body), secret))
            self.send_response(seen.statuses.pop(0) if seen.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


def sets(run: BotRunner, url: str, **more: Any) -> None:
    async def script(bot: Bot) -> None:
        await bot.set_webhook(url, **more)

    run(script)


def test_updates_go_to_the_webhook_with_its_secret_in_order_and_are_done(
    telegram: TelegramWorld, run: BotRunner, door: Door
) -> None:
    anna = telegram.person(7, "Anna")
    anna.says("before")
    sets(run, door.url, secret_token="s-e_cret1")

    anna.says("after")

    wait_until(lambda: len(door.came) == 2)
    assert door.texts() == ["before", "after"]
    assert {secret for _, secret in door.came} == {"s-e_cret1"}
    telegram.wait_until_confirmed()


def test_what_is_refused_comes_again_before_what_follows_it_in_its_chat(
    telegram: TelegramWorld, run: BotRunner, door: Door
) -> None:
    anna, boris = telegram.person(7, "Anna"), telegram.person(8, "Boris")
    door.statuses = [503]
    sets(run, door.url)

    anna.says("one")
    wait_until(lambda: len(door.came) == 1)
    anna.says("two")
    boris.says("mine")

    wait_until(lambda: len(door.came) == 4)
    assert door.texts() == ["one", "mine", "one", "two"]

    async def script(bot: Bot) -> None:
        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
        assert info.url == door.url

    run(script)


def test_polling_is_refused_until_the_webhook_is_deleted_and_nothing_is_dropped(
    telegram: TelegramWorld, run: BotRunner
) -> None:
    sets(run, "http://127.0.0.1:9/nobody")
    telegram.person(7, "Anna").says("kept")

    async def script(bot: Bot) -> None:
        with pytest.raises(Conflict):
            await bot.get_updates()
        await bot.delete_webhook()
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.text == "kept"

    run(script)


def test_a_secret_that_telegram_would_not_take_is_refused(run: BotRunner, door: Door) -> None:
    with pytest.raises(BadRequest, match="unallowed characters"):
        sets(run, door.url, secret_token="with space")
