"""`./support test`: everything from a bare machine to a green run of all tests."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from cli import broker, postgres
from cli.check import run_checks
from cli.desk import ROOT
from cli.packages import find_program, install
from cli.steps import module

AT_ONCE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Tests mostly wait: for a process to start, for Telegram's pace. So two run side by side, no more,
for those that break things need a processor to see what comes of it; and those that share a desk
run in turn (`tests/conftest.py`)."""
LONGEST_FIRST = tuple(f"tests/{tier}" for tier in ("faults", "e2e", "browser", "service"))
"""So that none is left over at the end; the checks have run the other tiers."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(pytest_arguments: tuple[str, ...]) -> None:
    """Run every test on a real broker, both databases and a real browser.

    PYTEST_ARGUMENTS go to pytest, which then runs without the checks before it.
    """
    _install_missing()
    if not pytest_arguments:
        run_checks()
    with tempfile.TemporaryDirectory(prefix="support-test-") as scratch:
        sys.exit(_run(Path(scratch), pytest_arguments))


def _install_missing() -> None:
    """Everything at once, so that apt runs once."""
    wanted = {
        "rabbitmq-server": broker.find_server(),
        "postgresql": postgres.find_server(),
        "chromium": find_program("chromium"),
        "chromium-driver": find_program("chromedriver"),
    }
    missing = [package for package, program in wanted.items() if program is None]
    if missing:
        install(*missing)


def _run(scratch: Path, pytest_arguments: tuple[str, ...]) -> int:
    node = broker.PrivateBroker(scratch / "broker")
    with node as amqp_url, postgres.PrivatePostgres() as server:
        environment = os.environ | {
            "PYTHONDONTWRITEBYTECODE": "",  # hundreds of processes are started from our modules
            "SUPPORT_TEST_AMQP_URL": amqp_url,
            "SUPPORT_TEST_BROKER_DIR": str(node.directory),
            "SUPPORT_TEST_POSTGRES_URL": server.url("postgres"),
        }
        command = module("pytest", *(pytest_arguments or (*AT_ONCE, *LONGEST_FIRST)))
        ran = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    return ran.returncode
