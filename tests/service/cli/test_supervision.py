"""supervisord for real, over programs that only wait."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.desk import Desk
from cli.processes import is_alive, wait_until
from cli.supervisor import MARK, Supervisor, end_leftovers
from cli.supervisor_file import Program
from cli.trouble import Trouble

SLEEPER = Program("sleeper", ["sleep", "1000"], "services")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "desk")
    desk.make()
    return desk


@pytest.fixture
def supervisor(desk: Desk) -> Iterator[Supervisor]:
    supervisor = Supervisor(desk, [SLEEPER], ["services"])
    supervisor.start(dict(os.environ))
    supervisor.start_stage("services")
    yield supervisor
    supervisor.stop()


def pid_of_sleeper(supervisor: Supervisor) -> int:
    return next((seen.pid for seen in supervisor.seen()), 0)


def test_a_killed_program_is_back_within_two_seconds(supervisor: Supervisor) -> None:
    wait_until(lambda: pid_of_sleeper(supervisor) > 0, seconds=5)
    wait_until(lambda: supervisor.seen()[0].state == "RUNNING", seconds=5)
    first = pid_of_sleeper(supervisor)

    os.kill(first, signal.SIGKILL)

    assert wait_until(lambda: pid_of_sleeper(supervisor) not in (0, first), seconds=2)


def test_stopping_leaves_nothing_behind(supervisor: Supervisor) -> None:
    wait_until(lambda: pid_of_sleeper(supervisor) > 0, seconds=5)
    pid = pid_of_sleeper(supervisor)

    supervisor.stop()

    assert not is_alive(pid)
    assert not supervisor.is_alive()


def test_what_a_killed_supervisor_leaves_is_ended_by_the_next_run(
    desk: Desk, supervisor: Supervisor
) -> None:
    wait_until(lambda: pid_of_sleeper(supervisor) > 0, seconds=5)
    pid = pid_of_sleeper(supervisor)
    os.kill(int((desk.run / "supervisord.pid").read_text()), signal.SIGKILL)
    assert is_alive(pid)

    end_leftovers(desk)

    # Whoever has inherited it may take a moment to reap it.
    assert wait_until(lambda: not is_alive(pid), seconds=5)


def test_another_desk_s_programs_are_left_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    wait_until(lambda: pid_of_sleeper(supervisor) > 0, seconds=5)

    end_leftovers(Desk(tmp_path / "other"))

    assert is_alive(pid_of_sleeper(supervisor))


@pytest.mark.parametrize("name", ["long" * 30, "Система поддержки " * 3])
def test_a_data_directory_with_a_long_name_works(tmp_path: Path, name: str) -> None:
    """Of the second one the bytes are too many, not the letters."""
    desk = Desk(tmp_path / name)
    desk.make()
    supervisor = Supervisor(desk, [SLEEPER], ["services"])

    supervisor.start(dict(os.environ))

    assert [seen.name for seen in supervisor.seen()] == ["sleeper"]
    supervisor.stop()


def test_a_desk_is_held_by_one_run_at_a_time(desk: Desk) -> None:
    with desk.held():
        assert desk.is_held()
        with pytest.raises(Trouble, match=f"process {os.getpid()}"), desk.held():
            pass

    assert not desk.is_held()


def test_nobody_else_may_look_into_the_data(desk: Desk) -> None:
    desk.make_jwt_secret()

    assert desk.data_dir.stat().st_mode & 0o777 == 0o700
    assert (desk.data_dir / "jwt_secret").stat().st_mode & 0o777 == 0o600


def test_the_mark_names_the_data_directory(desk: Desk, supervisor: Supervisor) -> None:
    wait_until(lambda: pid_of_sleeper(supervisor) > 0, seconds=5)

    # A process that is just becoming another program has an empty environment for a moment.
    assert wait_until(
        lambda: f"{MARK}={desk.data_dir}".encode() in environment(pid_of_sleeper(supervisor)),
        seconds=5,
    )


def environment(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
