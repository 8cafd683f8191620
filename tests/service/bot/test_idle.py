"""How the bot starts when it cannot speak: without a token, or with a wrong one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.ports import choose_port
from tests.support.bot_desk import BotDesk, Process
from tests.support.vital_signs import failing, look
from tests.support.waiting import wait_until


@pytest.fixture
def lone_bot(desk: BotDesk, tmp_path: Path) -> Iterator[Process]:
    """A bot with a database of its own, in the place of the desk's."""
    desk.bot.stop()
    bot = Process("bot", tmp_path, {**desk.environment, "SUPPORT_DATA_DIR": str(tmp_path)})
    bot.migrate()
    yield bot
    if bot.is_running():
        bot.kill()
    desk.start_bot()


@pytest.fixture
def port() -> int:
    return choose_port()


def test_without_a_token_it_runs_idle_and_says_so(
    desk: BotDesk, lone_bot: Process, port: int
) -> None:
    lone_bot.start(SUPPORT_BOT_TOKEN="", SUPPORT_METRICS_PORT=str(port))
    lone_bot.wait_until_logged("idle: SUPPORT_BOT_TOKEN is not set")

    wait_until(lambda: desk.ping_bot() == {"status": "idle"})
    checks = {"events": "ok", "telegram": "ok", "database": "ok"}
    assert look(port, "/ready") == (200, {"status": "ready", "checks": checks})
    assert look(port, "/live") == (200, {"status": "ok"})
    assert lone_bot.stop() == 0


def test_a_wrong_token_is_named_without_being_told_and_tried_again(
    desk: BotDesk, lone_bot: Process, port: int
) -> None:
    lone_bot.start(
        SUPPORT_BOT_TOKEN="1000009:not-known-to-anybody-at-all", SUPPORT_METRICS_PORT=str(port)
    )
    lone_bot.wait_until_logged("refuses SUPPORT_BOT_TOKEN")
    assert desk.ping_bot() == {"status": "token_refused"}
    assert "not-known-to-anybody" not in lone_bot.log.read_text(encoding="utf-8")
    wait_until(lambda: failing(port) == {"telegram"})

    desk.telegram.add_bot("1000009:not-known-to-anybody-at-all", "late_bot")

    lone_bot.wait_until_logged('"ready"')
    wait_until(lambda: desk.ping_bot() == {"status": "ok", "username": "late_bot"})
    assert lone_bot.stop() == 0


def test_wrong_settings_stop_it_with_every_fault(lone_bot: Process) -> None:
    lone_bot.start(SUPPORT_BOT_TOKEN="no token", SUPPORT_AGENT_IDS="1, anna")

    assert lone_bot.wait_until_dead() == 2
    told = lone_bot.log.read_text(encoding="utf-8")
    assert "SUPPORT_BOT_TOKEN" in told
    assert "'anna' is no Telegram id" in told
