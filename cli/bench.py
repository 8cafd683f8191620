"""`./support bench`: measurements, each against a desk that is up."""

import click

from bench.open_tickets import main as open_tickets


@click.group
def bench() -> None:
    """Measure the desk."""


bench.add_command(open_tickets)
