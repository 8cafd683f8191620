"""`./support sla`: what the clocks of the running desk go by."""

import click

from cli.sla.holidays import holidays


@click.group
def sla() -> None:
    """Change what the clocks go by."""


sla.add_command(holidays)
