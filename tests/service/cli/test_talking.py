"""`./support chat` at a keyboard, while the desk is stopped and started again."""

import asyncio
import os
import pty
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
from tests.support.botapi import SUPPORT_BOT_TOKEN, NearWorld

SECONDS = 30.0


class Terminal:
    """Types lines to a program and reads what it shows."""

    def __init__(self, *command: str) -> None:
        self._end, other = pty.openpty()
        self.process = subprocess.Popen(
            ending_with_us(list(command)), cwd=ROOT, stdin=other, stdout=other, stderr=other
        )
        os.close(other)
        self._shown = ""

    def types(self, line: str) -> None:
        os.write(self._end, f"{line}\n".encode())

    def shows(self, words: str) -> None:
        """Wait for these words, and read on behind them."""
        deadline = time.monotonic() + SECONDS
        while words not in self._shown:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self._end], [], [], left)[0]
            assert ready, f"{words!r} is not in {self._shown!r}"
            self._shown += os.read(self._end, 4096).decode()
        self._shown = self._shown.partition(words)[2]

    def ends(self) -> int:
        os.write(self._end, b"\x04")  # Ctrl-D
        code = self.process.wait(SECONDS)
        os.close(self._end)
        return code


def test_a_chat_outlives_its_desk_and_goes_on_with_the_next(tmp_path: Path) -> None:
    desk, server = Desk(tmp_path), BotApiServer()
    desk.make()
    server.start()
    world = NearWorld(server)
    world.add_bot(SUPPORT_BOT_TOKEN, LOCAL_BOT)
    desk.remember({"TELEGRAM_API_URL": server.url})
    with desk.held():
        chat = Terminal(sys.executable, "-m", "cli", "chat", "--data-dir", str(tmp_path))
        chat.shows("Ctrl-D ends.")

        server.stop()
        gone = f"The desk has gone away: start it with ./support up --data-dir {tmp_path}."
        chat.shows(gone)
        chat.types("Is anybody there?")
        chat.shows(f"That was not said. {gone}")

        server.start()
        chat.shows("The desk is back.")
        asyncio.run(_says(world, "Here again"))
        chat.shows("Here again")
        chat.types("And so am I")
        said = world.wait_until(lambda: _last_said(world), SECONDS, "a line")

    assert said == "And so am I"
    assert chat.ends() == 0
    server.stop()


def _last_said(world: NearWorld) -> str | None:
    messages = world.messages(person("user", "ru").id, bot=LOCAL_BOT)
    said = [message.text for message in messages if not message.is_from_bot]
    return said[-1] if said and said[-1] != "/start" else None


async def _says(world: NearWorld, text: str) -> None:
    async with Bot(SUPPORT_BOT_TOKEN, base_url=world.base_url) as bot:
        await bot.send_message(person("user", "ru").id, text)
