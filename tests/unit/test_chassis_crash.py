"""The switch that tests kill a process with."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chassis import crash
from chassis.crash import CRASH_POINTS, arm, crash_point

ROOT = Path(__file__).parents[2]


def test_an_unknown_point_is_refused_and_the_known_ones_are_told() -> None:
    with pytest.raises(
        ValueError, match=r"'relay\.before_lunch' is no crash point; known are trans"
    ):
        arm("relay.before_lunch")


@pytest.mark.parametrize("fatal_pass", ["", "0", "-1", "often"])
def test_a_pass_that_never_comes_is_refused(fatal_pass: str) -> None:
    with pytest.raises(ValueError, match="is no pass of a crash point"):
        arm(f"relay.before_publish:{fatal_pass}")


def test_nothing_happens_unless_armed() -> None:
    arm(None)

    for point in CRASH_POINTS:
        crash_point(point)


def test_an_armed_point_kills_and_the_others_do_not() -> None:
    code = (
        "from chassis.crash import arm, crash_point\n"
        "arm('relay.after_publish')\n"
        "crash_point('relay.before_publish')\n"
        "print('passed the other', flush=True)\n"
        "crash_point('relay.after_publish')\n"
        "print('survived')\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == "passed the other\n"


def test_a_point_can_be_armed_for_a_later_pass() -> None:
    code = (
        "from chassis.crash import arm, crash_point\n"
        "arm('relay.after_publish:3')\n"
        "for number in range(1, 5):\n"
        "    print(number, flush=True)\n"
        "    crash_point('relay.after_publish')\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == "1\n2\n3\n"


def test_every_point_stands_in_the_code_and_every_one_in_the_code_is_known() -> None:
    code = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("chassis", "services", "cli")
        for file in (ROOT / folder).rglob("*.py")
        if file != Path(crash.__file__)
    )

    assert [point for point in CRASH_POINTS if f'"{point}"' not in code] == []
