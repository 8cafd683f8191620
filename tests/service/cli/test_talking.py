"""`./support chat` at a keyboard, while the desk is stopped and started again."""

import asyncio
import os
import select
import subprocess
import sys
import time
from pathlib import Path

from telegram import Bot

from botapi.server import BotApiServer
from cli.desk import ROOT, Desk
from cli.people import LOCAL_BOT, person
from cli.processes import ending_with_us
from tests.support.botapi import SUPPORT_BOT_TOKEN, NearWorld, TelegramWorld, running_telegram

SECONDS = 30.0
AT_A_KEYBOARD = """
import io, runpy, sys

class Keyboard(io.TextIOWrapper):
    def isatty(self):
        return True

sys.stdin = Keyboard(sys.stdin.buffer)
runpy.run_module("cli", run_name="__main__", alter_sys=True)
"""
"""Not every machine has terminals to give: a chroot has none."""


class Terminal:
    """Types lines to a command of `./support`, or pipes them in, and reads what it shows."""

    def __init__(self, *arguments: str, is_piped: bool = False) -> None:
        how = ["-m", "cli"] if is_piped else ["-c", AT_A_KEYBOARD]
        self._process = subprocess.Popen(
            ending_with_us([sys.executable, *how, *arguments]),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._keys, self._screen = self._process.stdin, self._process.stdout
        self._shown = ""

    def types(self, line: str) -> None:
        self._keys.write(f"{line}\n".encode())
        self._keys.flush()

    def shows(self, words: str) -> None:
        """Wait for these words, and read on behind them."""
        deadline = time.monotonic() + SECONDS
        while words not in self._shown:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self._screen], [], [], left)[0]
            assert ready, f"{words!r} is not in {self._shown!r}"
            self._shown += os.read(self._screen.fileno(), 4096).decode()
        self._shown = self._shown.partition(words)[2]

    def ends(self) -> int:
        """Ctrl-D, and the exit code."""
        with self._process:
            self._keys.close()
            return self._process.wait(SECONDS)


def test_a_chat_outlives_its_desk_and_goes_on_with_the_next(tmp_path: Path) -> None:
    desk, server = Desk(tmp_path), BotApiServer()
    desk.make()
    server.start()
    world = NearWorld(server)
    world.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
    desk.remember({"TELEGRAM_API_URL": server.url})
    with desk.held():
        chat = Terminal("chat", "--data-dir", str(tmp_path))
        chat.shows("Ctrl-D ends.")

        server.stop()
        gone = f"The desk has gone away: start it with ./support up --data-dir {tmp_path}."
        chat.shows(gone)
        chat.types("Is anybody there?")
        chat.shows(f"That may not have arrived. {gone}")

        server.start()
        chat.shows("The desk is back.")
        asyncio.run(_says(world, "Here again"))
        chat.shows("Here again")
        chat.types("And so am I")
        said = world.wait_until(lambda: _last_said(world), SECONDS, "a line")

    assert said == "And so am I"
    assert chat.ends() == 0
    server.stop()


def test_a_piped_line_is_carried_out_before_the_next_one_comes(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.make()
    with running_telegram() as world, desk.held():
        world.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
        desk.remember({"TELEGRAM_API_URL": world.url})
        chat = Terminal("chat", "--wait", "1", "--data-dir", str(tmp_path), is_piped=True)

        chat.types("First")
        world.wait_until(lambda: _last_said(world) == "First", SECONDS, "the first line")
        asyncio.run(_says(world, "And the first answer"))
        chat.shows("And the first answer")
        chat.types("Second")
        world.wait_until(lambda: _last_said(world) == "Second", SECONDS, "the second line")

        assert chat.ends() == 0


def _last_said(world: TelegramWorld) -> str | None:
    messages = world.messages(person("user", "ru").id, bot=LOCAL_BOT)
    said = [message.text for message in messages if not message.is_from_bot]
    return said[-1] if said and said[-1] != "/start" else None


async def _says(world: TelegramWorld, text: str) -> None:
    async with Bot(SUPPORT_BOT_TOKEN, base_url=world.base_url) as bot:
        await bot.send_message(person("user", "ru").id, text)
