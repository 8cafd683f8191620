"""The doctor asks those who are not well what they lack."""

import json
from pathlib import Path

import pytest

from chassis.vital_signs import Page, serve
from cli import doctor
from cli.desk import Desk
from cli.diagnosis import databases, files
from cli.diagnosis import telegram as group_in_telegram
from cli.diagnosis.machine import examine_gateway
from cli.ports import LOOPBACK, choose_port
from tests.support.botapi import (
    MAIN_BOT,
    MAIN_BOT_TOKEN,
    SUPPORT_BOT,
    SUPPORT_BOT_TOKEN,
    running_telegram,
)


def test_whoever_is_not_ready_is_named_with_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, sla = choose_port(), choose_port()
    monkeypatch.setenv("SUPPORT_PORT", str(gateway))
    desk = Desk(tmp_path)
    desk.make()
    desk.ports_file.write_text(json.dumps({"sla-metrics": sla}))
    health = {name: {"status": status} for name, status in HEALTH.items()}
    play(gateway, "/api/support/health/", {"status": "degraded", "checks": health})
    play(sla, "/ready", {"status": "not_ready", "checks": {"rpc": "ok", "relay": "is behind"}})

    finding = examine_gateway(desk)

    assert not finding.is_well
    assert finding.what.endswith("not all is well: tickets, sla (relay: is behind).")


def test_a_desk_without_databases_is_looked_at_and_left_as_it_is(tmp_path: Path) -> None:
    environment = {"SUPPORT_DATA_DIR": str(tmp_path)}

    found = [*databases.examine(environment), *files.examine(environment)]

    assert [one.is_well for one in found] == [False, False, False, False, True]
    assert all("is not made yet" in one.what for one in found[:4])
    assert list(tmp_path.iterdir()) == []


def test_the_telegram_that_up_plays_rests_with_the_desk(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.make()
    desk.remember(
        {
            "SUPPORT_JWT_SECRET": "x" * 32,
            "TELEGRAM_API_URL": f"http://{LOOPBACK}:{choose_port()}",
            "TELEGRAM_BOT_TOKEN": MAIN_BOT_TOKEN,
        }
    )

    resting = doctor.examine(desk, desk.environment())
    with desk.held():
        running = doctor.examine(desk, desk.environment())

    assert not [one for one in resting if "Telegram" in one.what]
    assert [one.is_well for one in running if "Telegram" in one.what] == [False]


@pytest.mark.parametrize(
    ("is_forum", "is_in", "manages", "says"),
    [
        (False, True, False, "open to the bot"),
        (True, True, True, "open to the bot"),
        (True, True, False, "may make no topics"),
        (False, False, False, "closed to the bot"),
        (None, False, False, "chat not found"),
    ],
)
def test_the_agents_group_is_asked_for_at_telegram(
    is_forum: bool | None, is_in: bool, manages: bool, says: str
) -> None:
    with running_telegram() as telegram:
        telegram.person(7, "Anna")
        if is_forum is not None:
            telegram.add_group(
                -42,
                "Desk",
                people=[7],
                bots=[SUPPORT_BOT] if is_in else [],
                is_forum=is_forum,
                managers=[SUPPORT_BOT] if manages else [],
            )
        environment = {
            "SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN,
            "SUPPORT_AGENTS_CHAT_ID": "-42",
            "TELEGRAM_API_URL": telegram.url,
        }

        (finding,) = group_in_telegram.examine(environment)

    assert says in finding.what
    assert finding.is_well == ("open" in says)
    assert SUPPORT_BOT_TOKEN not in finding.what + finding.mend


def test_a_telegram_that_is_silent_is_told_without_the_token() -> None:
    environment = {
        "SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN,
        "SUPPORT_AGENTS_CHAT_ID": "-42",
        "TELEGRAM_API_URL": f"http://{LOOPBACK}:{choose_port()}",
    }

    (finding,) = group_in_telegram.examine(environment)

    assert not finding.is_well
    assert SUPPORT_BOT_TOKEN not in finding.what


def test_a_group_that_cannot_be_looked_at_without_the_token_is_not_called_well() -> None:
    (finding,) = group_in_telegram.examine({"SUPPORT_AGENTS_CHAT_ID": "-42"})

    assert not finding.is_well
    assert "SUPPORT_BOT_TOKEN" in finding.mend


def test_without_a_group_telegram_is_not_asked() -> None:
    assert group_in_telegram.examine({"SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN}) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"TELEGRAM_BOT_TOKEN": MAIN_BOT_TOKEN}, "Through the main bot"),
        (
            {"TELEGRAM_BOT_TOKEN": MAIN_BOT_TOKEN, "TELEGRAM_BOT_USERNAME": f"@{MAIN_BOT}"},
            "Through the main bot",
        ),
        (
            {"TELEGRAM_BOT_TOKEN": MAIN_BOT_TOKEN, "TELEGRAM_BOT_USERNAME": "another_bot"},
            "TELEGRAM_BOT_USERNAME says @another_bot",
        ),
        ({"TELEGRAM_BOT_TOKEN": "1000009:unknown-to-telegram"}, "refuses TELEGRAM_BOT_TOKEN"),
        (
            {"TELEGRAM_BOT_TOKEN": SUPPORT_BOT_TOKEN, "SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN},
            "is the support bot's",
        ),
    ],
)
def test_the_main_bots_token_is_tried_at_telegram(given: dict[str, str], says: str) -> None:
    with running_telegram() as telegram:
        (finding,) = group_in_telegram.examine(given | {"TELEGRAM_API_URL": telegram.url})

    assert says in finding.what
    assert finding.is_well == says.startswith("Through")
    assert given["TELEGRAM_BOT_TOKEN"] not in finding.what + finding.mend


@pytest.mark.parametrize("token", ["", "no token"])
def test_without_a_main_bots_token_telegram_is_not_asked(token: str) -> None:
    assert group_in_telegram.examine({"TELEGRAM_BOT_TOKEN": token}) == []


HEALTH = {"broker": "ok", "tickets": "error", "sla": "not_ready", "bot": "idle"}


def play(port: int, path: str, told: dict[str, object]) -> None:
    page = Page(json.dumps(told).encode(), status=503)
    serve({path: lambda: page}, port, LOOPBACK)
