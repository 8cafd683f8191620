"""`./support bench`: measurements, of a desk that is up or of desks of their own."""

import sys

import click

from bench.banner import main as banner
from bench.open_tickets import main as open_tickets


@click.group
def bench() -> None:
    """Measure the desk."""


@bench.command
@click.option("--long", is_flag=True, help="The large numbers: hours instead of minutes.")
@click.option("--only", multiple=True, metavar="NAME", help="Just this; may be repeated.")
def faults(long: bool, only: tuple[str, ...]) -> None:
    """Break desks of its own in every way they are to bear, and say what they did not."""
    # Late, since it stands on the tests' support, which needs what only developers have.
    from bench.faults.command import run

    sys.exit(0 if run(only, long=long) else 1)


bench.add_command(banner)
bench.add_command(open_tickets)
