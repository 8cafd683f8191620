"""What the tests fork is a process like any other."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cli.processes import is_alive
from tests.support.starting import ROOT, ForkServer
from tests.support.waiting import wait_until

SAYS_ALL = """
import os, sys
print(sorted(os.environ.items()), os.getcwd(), sys.argv[1:], sys.stdin.read(), __name__)
print("a fault", file=sys.stderr)
sys.exit(3)
"""
WAITS = "import signal; print('ready', flush=True); signal.pause()"
LEAVES_ONE = f"""
import sys
from pathlib import Path
from tests.support.starting import ForkServer
forked = ForkServer("signal").fork({WAITS!r}, environment={{}}, log=Path(sys.argv[1]))
print(forked.pid)
"""


@pytest.fixture
def server() -> Iterator[ForkServer]:
    with closing(ForkServer("json")) as running:
        yield running


def test_it_has_its_own_environment_arguments_log_and_exit_code(
    server: ForkServer, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")

    forked = server.fork(SAYS_ALL, "a", "b", environment={"NAME": "Ольга"}, log=log)

    assert forked.wait(10) == 3
    told = f"[('NAME', 'Ольга')] {ROOT} ['a', 'b']  __main__"
    assert sorted(log.read_text().splitlines()) == sorted(["before", told, "a fault"])


def test_it_is_a_child_of_ours_that_can_be_killed_alone(server: ForkServer, tmp_path: Path) -> None:
    one, other = (
        server.fork(WAITS, environment={}, log=tmp_path / name) for name in ("one", "other")
    )
    wait_until(lambda: (tmp_path / "one").read_text() and (tmp_path / "other").read_text(), 10)
    assert os.getpgid(one.pid) == one.pid

    one.send_signal(signal.SIGKILL)

    assert one.wait(10) == -signal.SIGKILL
    assert other.poll() is None
    other.terminate()
    assert other.wait(10) == -signal.SIGTERM


def test_a_fault_is_told_as_python_tells_it(server: ForkServer, tmp_path: Path) -> None:
    log = tmp_path / "log"

    assert server.fork("1 / 0", environment={}, log=log).wait(10) == 1

    assert "ZeroDivisionError" in log.read_text()


def test_it_ends_with_who_has_started_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEAVES_ONE, str(tmp_path / "log")]

    ended = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    wait_until(lambda: not is_alive(int(ended.stdout)), 10)
