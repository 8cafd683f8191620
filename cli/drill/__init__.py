"""`./support drill`: a day with an outage, played against a running desk."""

import sys
from pathlib import Path

import click

from cli.desk import Desk, data_dir_option
from cli.drill.stage import Stage
from cli.drill.story import play
from cli.drill.timeline import Timeline
from cli.people import local_telegram


@click.command
@click.option(
    "--people",
    type=click.IntRange(2, 1000),
    default=12,
    show_default=True,
    help="How many complain; every third of them in Telegram.",
)
@data_dir_option
def drill(*, people: int, data_dir: Path) -> None:
    """Play an outage against the desk that runs here, and tell how long each step took.

    People complain in the app and in Telegram, an agent declares an incident, links their tickets,
    tells how it goes on and ends it; somebody for whom it is not over replies. What is played stays
    in the desk. Exits 1 when a step did not come true, or took longer than it may.
    """
    desk = Desk(data_dir)
    stage = Stage(desk, local_telegram(desk))
    stage.refuse_open_incident()
    timeline = Timeline(click.echo)
    play(stage, timeline, people)
    click.echo(timeline.summary())
    sys.exit(0 if timeline.has_held else 1)
