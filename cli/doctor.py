"""`./support doctor`: what is wrong with this desk, and how to mend it."""

import os
import sys
from pathlib import Path

import click

from cli.desk import Desk, data_dir_option
from cli.diagnosis import broker, configuration, databases, machine
from cli.diagnosis.finding import Finding, well

_TO_BE_MADE = "a secret that up will make at the start"


@click.command
@data_dir_option
def doctor(data_dir: Path) -> None:
    """Say what is wrong and how to mend it; exit code 1 when something is."""
    desk = Desk(data_dir)
    os.environ.update(desk.environment())
    findings = examine_new(desk) if desk.is_new() else examine(desk)
    for finding in findings:
        click.echo(f"{'ok ' if finding.is_well else 'BAD'}  {finding.what}")
        if finding.mend:
            click.echo(f"     {finding.mend}")
    bad = sum(not finding.is_well for finding in findings)
    click.echo(f"{bad} of {len(findings)} need mending." if bad else "All is well.")
    sys.exit(1 if bad else 0)


def examine_new(desk: Desk) -> list[Finding]:
    """What can stand in the way of the first start; `up` makes all the rest."""
    return [
        *machine.examine(desk),
        *configuration.examine({**os.environ, "SUPPORT_JWT_SECRET": _TO_BE_MADE}),
        well("The desk has not been started yet: ./support up does everything."),
    ]


def examine(desk: Desk) -> list[Finding]:
    """Every finding, from the machine up to the running desk."""
    found = [*machine.examine(desk), *configuration.examine(os.environ)]
    if all(finding.is_well for finding in found[-1:]):
        found += databases.examine()
    return [*found, *broker.examine(desk), machine.examine_gateway(desk)]
