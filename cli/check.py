"""`./support check`: everything that can be known in seconds."""

import sys

import click

from cli.steps import module, run_step
from cli.trouble import Trouble

_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

STEPS = {
    "format": module("ruff", "format", "--check", "--quiet", "."),
    "lint": module("ruff", "check", "--quiet", "."),
    "imports": [sys.executable, "-c", _IMPORTS],
    # Two processes, which mypy calls experimental, halve what it takes without its cache.
    "types": module("mypy", "-n", "2"),
    "unit, contracts": module("pytest", "-q", "-n", "2", "tests/unit", "tests/contracts"),
}


@click.command
def check() -> None:
    """Format, lint, types, import rules, unit and contract tests."""
    run_checks()


def run_checks() -> None:
    """Run every step, also after one has failed. Raises Trouble when any has."""
    failed = [name for name, command in STEPS.items() if not run_step(name, command)]
    if failed:
        raise Trouble(f"Mend what {' and '.join(failed)} said, then run ./support check again.")
