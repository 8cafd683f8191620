"""`./support test`: everything from a bare machine to a green run of all tests."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
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
QUIET = (PROCESSORS, ("tests/service/tickets", "tests/service/sla", "tests/service/incidents"))
LIVING = (
    max(2, min(7 * PROCESSORS, 14, GIGABYTES)),
    ("tests/e2e", "tests/browser", "tests/service", *(f"--ignore={tier}" for tier in QUIET[1])),
)
"""Tests mostly wait: for a process to start, for Telegram's pace of one message a second. So more
of them run at once than there are processors, but for those that break things, which need nearly
one each to see what comes of it; and the quiet ones, which ask a database and hardly ever wait.
Each has a desk of its own, which takes half a gigabyte, and what shares a desk runs in turn
(`tests/conftest.py`). The checks run the other tiers."""
MEMORY = Path("/dev/shm")  # noqa: S108 - whatever is made in it has a name of its own
ROOMY_BYTES = 6 * 10**9
"""The tests were seen to write 0.4 GB at once; the rest is for those that fail and a slow drop."""
SERVERS = {"rabbitmq-server": broker.find_server, "postgresql": postgres.find_server}
BROWSER = {
    "chromium": partial(find_program, "chromium"),
    "chromium-driver": partial(find_program, "chromedriver"),
}
"""By the package that brings it, how each program is found. The browser is large."""
SOME_FAILED = 1
"""Pytest's exit code for it; others tell that tests could not be run."""
ENDED_BY_TERM = 128 + signal.SIGTERM
NOT_RUN = None


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(pytest_arguments: tuple[str, ...]) -> None:
    """Run every test on a real broker, both databases and a real browser.

    PYTEST_ARGUMENTS go to pytest, which then runs alone, without the checks.
    """
    _write_into_memory()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED_BY_TERM))  # what was made is removed
    place = tempfile.TemporaryDirectory(prefix="support-test-", ignore_cleanup_errors=True)
    with place as scratch:
        run = partial(_run_these, pytest_arguments) if pytest_arguments else _run_all
        sys.exit(run(Path(scratch)))


def _install_missing(wanted: Mapping[str, Callable[[], Path | None]]) -> None:
    """Whatever is not found, at once."""
    missing = [package for package, find in wanted.items() if find() is None]
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


def _run_these(pytest_arguments: tuple[str, ...], scratch: Path) -> int:
    _install_missing(SERVERS | BROWSER)
    with _servers(scratch) as environment:
        return run_tests(pytest_arguments, ROOT, environment)


def _run_all(scratch: Path) -> int:
    """The checks need nothing that has to be installed, and whatever breaks things leaves a third
    of the processors idle: what does not mind to wait has it."""
    checks = Behind(_checking(), scratch / "checks", _environment())
    _install_missing(SERVERS)
    with ThreadPoolExecutor(1) as beside, _servers(scratch) as environment:
        browser = beside.submit(_install_missing, BROWSER)
        quiet_tests = (*_at_once(*QUIET), "-o", f"cache_dir={scratch / 'failed'}")
        quiet = Behind(shlex.join(_pytest(*quiet_tests)), scratch / "quiet", environment)
        broken = run_tests(_at_once(*BREAKING), ROOT, environment)
        checked = checks.result()
        browser.result()
        living = NOT_RUN if checked else run_tests(_at_once(*LIVING), ROOT, environment)
        quietly = _once_more(quiet.result(), quiet_tests, ROOT, environment)
    return verdict({"checks": checked, "faults": broken, "services": quietly, "desks": living})


def verdict(outcomes: Mapping[str, int | None]) -> int:
    """Say what failed and what was not run, where it is read: at the end. The exit code of all."""
    failed = [part for part, code in outcomes.items() if code]
    skipped = [part for part, code in outcomes.items() if code is NOT_RUN]
    if not failed:
        click.echo("Everything passed.")
        return 0
    click.echo(f"FAILED: {', '.join(failed)}.")
    if skipped:
        click.echo(f"NOT RUN: {', '.join(skipped)}. They are run when the checks pass.")
    return next(code for code in outcomes.values() if code)


def _environment() -> dict[str, str]:
    """Of all that we start: hundreds of processes are started from our modules."""
    return os.environ | {"PYTHONDONTWRITEBYTECODE": ""}


@contextmanager
def _servers(scratch: Path) -> Iterator[dict[str, str]]:
    """A broker and a PostgreSQL for all tests; where they are, for the tests' environment."""
    node = broker.PrivateBroker(scratch / "broker")
    with node as amqp_url, postgres.PrivatePostgres() as server:
        try:
            yield _environment() | {
                "SUPPORT_TEST_AMQP_URL": amqp_url,
                "SUPPORT_TEST_BROKER_DIR": str(node.directory),
                "SUPPORT_TEST_POSTGRES_URL": server.url("postgres"),
            }
        finally:
            node.kill()  # in good order it would write down thousands of queues that nobody wants


def _checking() -> str:
    """The checks, and then the reading of the tests that come last, which each of their workers
    would do once more."""
    check = shlex.join(ending_with_us(module("cli", "check")))
    reading = shlex.join(_pytest("--collect-only", "-q", *LIVING[1]))
    # What failed is for others to remember.
    return (
        f"export PYTEST_ADDOPTS='-p no:cacheprovider'; {check}; code=$?; {reading} >/dev/null; "
        "exit $code"
    )


class Behind:
    """Work of the shell that takes what others leave of the processors; it ends with us."""

    def __init__(self, work: str, log: Path, environment: dict[str, str]) -> None:
        self._log = log
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                ending_with_us(["nice", "-n", "10", "sh", "-c", work]),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def result(self) -> int:
        """Wait for its end and show what it said; its exit code."""
        self._process.wait()
        click.echo(self._log.read_text())
        return self._process.returncode


def run_tests(arguments: tuple[str, ...], directory: Path, environment: dict[str, str]) -> int:
    """Run tests, and once more, alone, what failed beside others; pytest's exit code of the last.

    A machine that others use too may be slower for a while than any patience of a test. What is
    wrong fails alone as well, and what passes only alone is named, to be looked into.
    """
    ran = subprocess.run(_pytest(*arguments), cwd=directory, env=environment, check=False)
    return _once_more(ran.returncode, arguments, directory, environment)


def _once_more(
    code: int, arguments: tuple[str, ...], directory: Path, environment: dict[str, str]
) -> int:
    if code != SOME_FAILED or "-n" not in arguments:
        return code
    click.echo("What failed beside other tests runs once more, alone.")
    alone = ("-n", "0", "--last-failed", "--last-failed-no-failures=none", "--exitfirst", "-rA")
    command = _pytest(*arguments, *alone)
    code = subprocess.run(command, cwd=directory, env=environment, check=False).returncode
    if code == 0:
        click.echo("PASSED ONLY ALONE: the tests above. Each has a fault of its own to be found.")
    return code


def _pytest(*arguments: str) -> list[str]:
    return ending_with_us(module("pytest", *arguments))


def _at_once(workers: int, tiers: tuple[str, ...]) -> tuple[str, ...]:
    return ("-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder", *tiers)
