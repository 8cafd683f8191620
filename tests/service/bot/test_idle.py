"""How the bot starts when it cannot speak: without a token, or with a wrong one."""

from pathlib import Path

import pytest

from tests.support.bot_desk import BotDesk, Process


@pytest.fixture
def own_data(desk: BotDesk, tmp_path: Path) -> dict[str, str]:
    """An environment with a broker and a database of its own, so that the desk is not touched."""
    return {**desk.environment, "SUPPORT_DATA_DIR": str(tmp_path)}


def test_without_a_token_it_runs_idle_and_says_so(
    desk: BotDesk, own_data: dict[str, str], tmp_path: Path
) -> None:
    desk.bot.stop()
    idle = Process("bot", tmp_path, own_data)
    idle.migrate()

    idle.start(SUPPORT_BOT_TOKEN="")
    idle.wait_until_logged("idle: SUPPORT_BOT_TOKEN is not set")

    assert desk.ping_bot() == {"status": "idle"}
    assert idle.stop() == 0
    desk.start_bot()
    assert desk.ping_bot() == {"status": "ok"}


def test_a_wrong_token_is_named_without_being_told_and_tried_again(
    desk: BotDesk, own_data: dict[str, str], tmp_path: Path
) -> None:
    desk.bot.stop()
    refused = Process("bot", tmp_path, own_data)
    refused.migrate()

    refused.start(SUPPORT_BOT_TOKEN="1000009:not-known-to-anybody-at-all")
    refused.wait_until_logged("refuses SUPPORT_BOT_TOKEN")
    assert "not-known-to-anybody" not in refused.log.read_text(encoding="utf-8")
    desk.telegram.add_bot("1000009:not-known-to-anybody-at-all", "late_bot")
    refused.wait_until_logged('"ready"')

    assert refused.stop() == 0
    desk.start_bot()


def test_wrong_settings_stop_it_with_every_fault(own_data: dict[str, str], tmp_path: Path) -> None:
    wrong = Process("bot", tmp_path, own_data)

    wrong.start(SUPPORT_BOT_TOKEN="no token", SUPPORT_AGENT_IDS="1, anna")

    assert wrong.wait_until_dead() == 2
    told = wrong.log.read_text(encoding="utf-8")
    assert "SUPPORT_BOT_TOKEN" in told
    assert "'anna' is no Telegram id" in told
