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

PROCESSORS = len(os.sched_getaffinity(0))
GIGABYTES = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10**9
SIDE_BY_SIDE = (
    (min(PROCESSORS + 1, 6), ("tests/faults",)),
    (max(2, min(4 * PROCESSORS, 12, GIGABYTES)), ("tests/e2e", "tests/browser", "tests/service")),
)
"""Tests mostly wait: for a process to start, for Telegram's pace of one message a second. So more
of them run at once than there are processors, but for those that break things, which need nearly
one each to see what comes of it. Each has a desk of its own, which takes half a gigabyte, and what
shares a desk runs in turn (`tests/conftest.py`). The checks have run the other tiers."""
SOME_FAILED = 1
"""Pytest's exit code for it; others tell that tests could not be run."""


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
        runs = (
            [pytest_arguments] if pytest_arguments else [_at_once(*each) for each in SIDE_BY_SIDE]
        )
        codes = [run_tests(each, ROOT, environment) for each in runs]
    return next((code for code in codes if code), 0)


def run_tests(arguments: tuple[str, ...], directory: Path, environment: dict[str, str]) -> int:
    """Run tests, and once more, alone, what failed beside others; pytest's exit code of the last.

    A machine that others use too may be slower for a while than any patience of a test. What is
    wrong fails alone as well, and what passes only alone is named, to be looked into.
    """

    def run(*more: str) -> int:
        command = module("pytest", *arguments, *more)
        return subprocess.run(command, cwd=directory, env=environment, check=False).returncode

    code = run()
    if code != SOME_FAILED or "-n" not in arguments:
        return code
    click.echo("What failed beside other tests runs once more, alone.")
    code = run("-n", "0", "--last-failed", "--last-failed-no-failures=none", "--exitfirst", "-rA")
    if code == 0:
        click.echo("PASSED ONLY ALONE: the tests above. Each has a fault of its own to be found.")
    return code


def _at_once(workers: int, tiers: tuple[str, ...]) -> tuple[str, ...]:
    return ("-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder", *tiers)
