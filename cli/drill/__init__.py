"""`./support drill`: a day with an outage, played against a running desk."""

import signal
import sys
from pathlib import Path
from urllib.error import URLError

import click

from cli.desk import Desk, data_dir_option
from cli.drill.outage import Outage
from cli.drill.stage import Stage
from cli.drill.story import play
from cli.drill.timeline import Timeline
from cli.people import local_telegram
from cli.suggesting import of_this_desk


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
    in the desk. Exits 1 when a step did not come true, or took longer than it may. Whatever comes
    between, Ctrl-C too: the drill ends its own incident, or says how to.
    """
    desk = Desk(data_dir)
    stage = Stage(desk, local_telegram(desk))
    stage.refuse_open_incident()
    for request in (signal.SIGINT, signal.SIGTERM):
        signal.signal(request, signal.default_int_handler)
    timeline, outage = Timeline(click.echo), Outage(stage)
    try:
        play(stage, outage, timeline, people)
    except (Exception, KeyboardInterrupt) as fault:
        timeline.broke_off(_why(fault))
    left = outage.close()
    click.echo(timeline.summary())
    if left:
        click.echo(of_this_desk(left), err=True)
    sys.exit(0 if timeline.has_held and not left else 1)


def _why(fault: BaseException) -> str:
    """In words; a fault of ours by its kind."""
    if isinstance(fault, KeyboardInterrupt):
        return "it was interrupted."
    if isinstance(fault, URLError):
        return "the desk has gone away."
    if isinstance(fault, click.ClickException):
        return fault.format_message()
    return f"{type(fault).__name__}: {fault}"
