"""Running other programs one after another, each with a line that says how it went."""

import subprocess
import sys
import time

import click

from cli.desk import ROOT
from cli.processes import ending_with_us


def run_step(name: str, command: list[str], environment: dict[str, str] | None = None) -> bool:
    """Run one, and tell its seconds. What it says is shown when it fails."""
    began = time.monotonic()
    ran = subprocess.run(
        ending_with_us(command),
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    is_good = ran.returncode == 0
    mark = "ok" if is_good else "FAILED"
    click.echo(f"{name:<16} {mark:<6} {time.monotonic() - began:5.1f} s")
    if not is_good:
        click.echo(ran.stdout.rstrip())
    return is_good


def module(name: str, *arguments: str) -> list[str]:
    """A Python module of this environment as a command."""
    return [sys.executable, "-m", name, *arguments]
