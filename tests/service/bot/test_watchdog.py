"""A bot whose loop is stuck does not go on standing there."""

import json
import os
import subprocess
import sys
from pathlib import Path

from chassis.watchdog import STUCK_EXIT_CODE
from cli.ports import choose_port
from tests.support.botapi import SUPPORT_BOT_TOKEN
from tests.support.starting import ROOT

STUCK = """
import runpy, time
from services.bot.app import BotProcess
async def _work(self):
    time.sleep(120)  # for longer than it is let
BotProcess._work = _work
runpy.run_module("services.bot", run_name="__main__")
"""


def test_it_ends_loudly_and_says_where_it_stood(tmp_path: Path) -> None:
    nobody = f"amqp://127.0.0.1:{choose_port()}//"
    desk = {"AMQP_URL": nobody, "SUPPORT_DATA_DIR": str(tmp_path)}

    ended = subprocess.run(
        [sys.executable, "-c", STUCK],
        cwd=ROOT,
        env=os.environ | desk | {"SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == STUCK_EXIT_CODE, ended.stderr
    lines = [line for line in ended.stderr.splitlines() if '"critical"' in line]
    assert [json.loads(line)["process"] for line in lines] == ["bot"]
    assert "in _work" in ended.stderr
