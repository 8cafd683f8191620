"""`./support bench`: measurements, against a desk that is up or against desks of their own."""

import click

from bench.faults.command import main as faults
from bench.open_tickets import main as open_tickets


@click.group
def bench() -> None:
    """Measure the desk."""


bench.add_command(faults)
bench.add_command(open_tickets)
