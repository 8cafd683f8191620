"""`./support doctor`: what is wrong with this desk, and how to mend it."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from cli.desk import SECRET_TO_BE_MADE, Desk, data_dir_option
from cli.diagnosis import broker, calendars, configuration, databases, files, machine, telegram
from cli.diagnosis.finding import Finding, well
from cli.suggesting import of_this_desk


@click.command
@data_dir_option
def doctor(data_dir: Path) -> None:
    """Say what is wrong and how to mend it; exit code 1 when something is."""
    desk = Desk(data_dir)
    environment = desk.environment()
    findings = (examine_new if desk.is_new() else examine)(desk, environment)
    for finding in findings:
        click.echo(of_this_desk(f"{'ok ' if finding.is_well else 'BAD'}  {finding.what}"))
        if finding.mend:
            click.echo(of_this_desk(f"     {finding.mend}"))
    bad = sum(not finding.is_well for finding in findings)
    click.echo(f"{bad} of {len(findings)} need mending." if bad else "All is well.")
    sys.exit(1 if bad else 0)


def examine_new(desk: Desk, environment: Mapping[str, str]) -> list[Finding]:
    """What can stand in the way of the first start; `up` makes all the rest."""
    return [
        *machine.examine(desk),
        *configuration.examine({**environment, "SUPPORT_JWT_SECRET": SECRET_TO_BE_MADE}),
        well("The desk has not been started yet: ./support up does everything."),
    ]


def examine(desk: Desk, environment: Mapping[str, str]) -> list[Finding]:
    """Every finding, from the machine up to the running desk.

    A wrong configuration does not say where the rest would be found.
    """
    configured = configuration.examine(environment)
    found = [*machine.examine(desk), *configured]
    if not all(finding.is_well for finding in configured):
        return found
    found += databases.examine(environment) + files.examine(environment)
    is_played = "TELEGRAM_API_URL" in desk.noted()  # by `up`, and so at rest when that is
    if desk.is_held() or not is_played:
        found += telegram.examine(environment)
    return [
        *found,
        *broker.examine(desk, environment),
        machine.examine_gateway(desk),
        *calendars.examine(desk.data_dir),
    ]
