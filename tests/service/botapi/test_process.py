import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden

from botapi.server import BotApiServer
from botapi.world import World
from tests.service.botapi.conftest import BotRunner, serving
from tests.support.botapi import SUPPORT_BOT, SUPPORT_BOT_TOKEN, TelegramWorld

START_SECONDS = 20.0


def test_the_process_tells_its_port_and_ends_on_sigterm(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "botapi", "--port", "0", "--port-file", str(port_file)]
    process = subprocess.Popen([*command, "--bot", f"{SUPPORT_BOT_TOKEN}=desk_bot"])
    try:
        port = read_when_there(port_file)
        telegram = TelegramWorld(f"http://127.0.0.1:{port}")
        telegram.add_person(7, "Anna")
        telegram.say(7, "/start")

        assert telegram.pending_updates() == 1

        process.send_signal(signal.SIGTERM)
        assert process.wait(START_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def test_a_server_started_again_keeps_its_port_and_its_world() -> None:
    server = BotApiServer()

    with serving(server) as telegram:
        anna = telegram.person(7, "Anna")
        said = anna.says("Hello")
        port = server.port
        server.stop()
        server.start()

        assert server.port == port
        assert telegram.messages(7, bot=anna.bot) == [said]


def test_another_process_knows_the_people_and_whom_they_have_met(tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    with serving(BotApiServer(people=people)) as telegram:
        telegram.person(7, "Anna").says("/start")
        telegram.person(8, "Oleg").blocks_the_bot()

    world = World()
    world.register_bot(SUPPORT_BOT_TOKEN, SUPPORT_BOT)
    with serving(BotApiServer(world=world, people=people)) as telegram:

        async def write(bot: Bot) -> None:
            await bot.send_message(7, "An answer")
            with pytest.raises(Forbidden, match="blocked by the user"):
                await bot.send_message(8, "An answer")
            with pytest.raises(BadRequest, match="Chat not found"):
                await bot.send_message(9, "An answer")

        BotRunner(telegram)(write)

        assert [said.text for said in telegram.messages(7, bot=SUPPORT_BOT)] == ["An answer"]


def test_forgetting_leaves_the_bots_and_lets_ids_go_on(telegram: TelegramWorld) -> None:
    before = telegram.person(7, "Anna").says("Hello")
    telegram.forget()
    after = telegram.person(7, "Anna").says("Hello")

    assert after.id > before.id
    assert telegram.pending_updates(bot="test_support_bot") == 1
    assert telegram.calls() == []


def read_when_there(path: Path) -> str:
    """The file appears whole; waiting on an event that nobody sets is a pause without sleep."""
    pause = threading.Event()
    for _ in range(int(START_SECONDS / 0.05)):
        if path.exists():
            return path.read_text().strip()
        pause.wait(0.05)
    raise AssertionError("the port file did not appear")
