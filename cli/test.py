"""`./support test`: everything from a bare machine to a green run of all tests."""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli import broker, postgres
from cli.desk import ROOT
from cli.packages import find_program, install
from cli.processes import ending_with_us
from cli.steps import module

PROCESSORS = len(os.sched_getaffinity(0))
GIGABYTES = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10**9
BREAKING = (min(PROCESSORS + 1, 6), ("tests/faults",))
LIVING = (
    max(2, min(4 * PROCESSORS, 12, GIGABYTES)),
    ("tests/e2e", "tests/browser", "tests/service"),
)
"""Tests mostly wait: for a process to start, for Telegram's pace of one message a second. So more
of them run at once than there are processors, but for those that break things, which need nearly
one each to see what comes of it. Each has a desk of its own, which takes half a gigabyte, and what
shares a desk runs in turn (`tests/conftest.py`). The checks run the other tiers."""
MEMORY = Path("/dev/shm")  # noqa: S108 - whatever is made in it has a name of its own
ROOMY_BYTES = 6 * 10**9
"""The tests were seen to write 0.4 GB at once; the rest is for those that fail and a slow drop."""
BEHIND_THE_OTHERS = ["nice", "-n", "10"]
SOME_FAILED = 1
"""Pytest's exit code for it; others tell that tests could not be run."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(pytest_arguments: tuple[str, ...]) -> None:
    """Run every test on a real broker, both databases and a real browser.

    PYTEST_ARGUMENTS go to pytest, which then runs alone, without the checks.
    """
    _install_missing()
    _write_into_memory()
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


def _write_into_memory() -> None:
    """Let everybody keep temporary files in memory, if there is plenty of it and nobody has named
    another place. On a disk a database of PostgreSQL costs 0.2 to 0.3 s of a processor, in memory
    0.04 s, and the tests make a thousand."""
    if "TMPDIR" in os.environ or GIGABYTES < 12 or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    place = os.statvfs(MEMORY)
    may_run_programs = not place.f_flag & os.ST_NOEXEC
    if may_run_programs and place.f_bavail * place.f_frsize >= ROOMY_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _run(scratch: Path, pytest_arguments: tuple[str, ...]) -> int:
    node = broker.PrivateBroker(scratch / "broker")
    with node as amqp_url, postgres.PrivatePostgres() as server:
        environment = os.environ | {
            "PYTHONDONTWRITEBYTECODE": "",  # hundreds of processes are started from our modules
            "SUPPORT_TEST_AMQP_URL": amqp_url,
            "SUPPORT_TEST_BROKER_DIR": str(node.directory),
            "SUPPORT_TEST_POSTGRES_URL": server.url("postgres"),
        }
        if pytest_arguments:
            return run_tests(pytest_arguments, ROOT, environment)
        with _checks_beside(scratch, environment) as checks:
            broken = run_tests(_at_once(*BREAKING), ROOT, environment)
        living = checks.returncode or run_tests(_at_once(*LIVING), ROOT, environment)
    return broken or living


@contextmanager
def _checks_beside(scratch: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Whatever breaks things leaves a third of the processors idle: the checks have it. They are
    over at the end, and then say how they went. So is the reading of the tests that come next,
    which each of their workers would do once more."""
    check = shlex.join(ending_with_us(module("cli", "check")))
    reading = shlex.join(ending_with_us(module("pytest", "--collect-only", "-q", *LIVING[1])))
    work = f"{check}; code=$?; {reading} >/dev/null; exit $code"
    said = scratch / "checks"
    with said.open("wb") as log:
        checks = subprocess.Popen(
            ending_with_us([*BEHIND_THE_OTHERS, "sh", "-c", work]),
            cwd=ROOT,
            env=environment | {"PYTEST_ADDOPTS": "-p no:cacheprovider"},  # what failed is theirs
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    yield checks
    checks.wait()
    click.echo(said.read_text())


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
