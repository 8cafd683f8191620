"""`./support bench faults`: breaks desks of its own and says which promises did not hold."""

import sys
from collections.abc import Callable

import click

from bench.faults import overload
from bench.faults.report import Report

MEASUREMENTS: dict[str, Callable[..., None]] = {"overload": overload.measure}


@click.command("faults")
@click.option("--long", is_flag=True, help="The large numbers: hours.")
@click.option("--only", multiple=True, type=click.Choice(list(MEASUREMENTS)), help="Just these.")
def main(*, long: bool, only: tuple[str, ...]) -> None:
    """Break desks of its own in every way that is promised to be borne, and measure."""
    report = Report()
    for name in only or MEASUREMENTS:
        click.echo(f"\n{name}")
        MEASUREMENTS[name](report, long=long)
    if report.broken:
        sys.exit(1)
