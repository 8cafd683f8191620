"""`./support sla`: what the clocks of the running desk go by."""

import click

from cli.sla.holidays import holidays
from cli.sla.recounting import apply, plan


@click.group
def sla() -> None:
    """Change what the clocks go by."""


for command in (holidays, plan, apply):
    sla.add_command(command)
