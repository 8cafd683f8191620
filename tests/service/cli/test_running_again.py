"""How `./support test` judges a run: what fails beside others is run once more, alone."""

import os
from pathlib import Path

import pytest

from cli.test import NOT_RUN, run_tests, verdict
from tests.support.starting import ROOT
from tests.support.verdicts import EXIT_CODE

WORDS = "PASSED ONLY ALONE"
ALONE = "import os\n\n\ndef test_it():\n    assert 'PYTEST_XDIST_WORKER' not in os.environ\n"
NEVER = "def test_it():\n    assert False\n"
BROKEN = """
import os
from tests.support.verdicts import PromiseBroken

def test_it():
    if 'PYTEST_XDIST_WORKER' in os.environ:
        raise PromiseBroken("lost")
"""
ALWAYS = "def test_it():\n    pass\n"


def code_of(directory: Path, *more: str, **tests: str) -> int:
    """Of a run of tests with these sources."""
    for name, source in tests.items():
        (directory / f"test_{name}.py").write_text(source, encoding="utf-8")
    arguments = ("-p", "no:pytest_nameko", "-q", *more, str(directory))
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return run_tests(arguments, directory, ours | {"PYTHONPATH": str(ROOT)})


def test_what_passes_alone_passes_and_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert code_of(tmp_path, "-n", "1", alone=ALONE, always=ALWAYS) == 0

    told = capfd.readouterr().out
    assert WORDS in told
    assert "PASSED test_alone.py::test_it" in told
    assert "PASSED test_always.py::test_it" not in told


@pytest.mark.parametrize("more", [(), ("-n", "1")])
def test_what_fails_alone_too_fails(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    assert code_of(tmp_path, *more, never=NEVER, alone=ALONE) == 1

    assert WORDS not in capfd.readouterr().out


def test_a_promise_that_was_broken_once_is_not_tried_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    more = ("-n", "1", "-p", "tests.support.verdicts")

    assert code_of(tmp_path, *more, broken=BROKEN, always=ALWAYS) == EXIT_CODE

    told = capfd.readouterr().out
    assert WORDS not in told
    assert "A promise was broken" in told


def test_what_cannot_be_collected_is_not_run_again(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert code_of(tmp_path, "-n", "1", broken="import nothing_of_the_kind\n", always=ALWAYS) != 0

    assert WORDS not in capfd.readouterr().out


def test_the_last_lines_say_what_failed_and_what_was_not_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert verdict({"checks": 2, "faults": 0, "services": 1, "desks": NOT_RUN}) == 2

    last, before = reversed(capsys.readouterr().out.splitlines()[-2:])
    assert before == "FAILED: checks, services."
    assert last.startswith("NOT RUN: desks.")


def test_a_run_without_a_fault_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict({"checks": 0, "faults": 0, "services": 0, "desks": 0}) == 0

    assert capsys.readouterr().out == "Everything passed.\n"
