"""`./support bench`: measurements, of a desk that is up or of desks of their own.

Each is imported when it is wanted: most stand on the tests' support, which needs what only
developers have, and an installed desk has none of them.
"""

import sys
from importlib.util import find_spec

import click

from cli.trouble import Trouble

AT_LEAST_ONE = click.IntRange(min=1)
DATABASES = ("sqlite", "postgresql")
SOME_TIME = click.FloatRange(min=0, min_open=True)
on_databases = click.option(
    "--database",
    "databases",
    multiple=True,
    default=DATABASES,
    type=click.Choice(DATABASES),
    help="Just on this one.",
)


@click.group
def bench() -> None:
    """Measure the desk."""
    if find_spec("bench") is None:
        raise Trouble("Measurements are part of the project's checkout: run this in one.")


@bench.command("open-tickets")
@click.option("--url", default="http://127.0.0.1:8080", show_default=True)
@click.option("--token", required=True, help="A user's token, from ./support token.")
@click.option(
    "--requests", type=AT_LEAST_ONE, default=500, show_default=True, help="Of the single client."
)
@click.option("--clients", type=AT_LEAST_ONE, default=16, show_default=True)
@click.option("--seconds", type=SOME_TIME, default=30.0, show_default=True)
def open_tickets(*, url: str, token: str, requests: int, clients: int, seconds: float) -> None:
    """Open tickets with one client, then with many at once."""
    from bench.open_tickets import run

    run(url, token, requests=requests, clients=clients, seconds=seconds)


@bench.command
@click.option("--port", default=8080, show_default=True, help="The gateway's, on this machine.")
@click.option("--rate", type=SOME_TIME, default=200.0, show_default=True, help="Requests a second.")
@click.option("--seconds", type=SOME_TIME, default=30.0, show_default=True)
def banner(*, port: int, rate: float, seconds: float) -> None:
    """Ask for the public status, for each of its faces in turn."""
    from bench.banner import run

    run(port, rate, seconds)


@bench.command
@click.option("--long", is_flag=True, help="The large numbers: hours instead of minutes.")
@click.option("--only", multiple=True, metavar="NAME", help="Just this; may be repeated.")
@on_databases
def faults(*, long: bool, only: tuple[str, ...], databases: tuple[str, ...]) -> None:
    """Break desks of its own in every way they are to bear, and say what they did not.

    NAME is kills, outages, points, restarts, events, alerts, late-broker, banner, poison, soak or
    overload.
    """
    from bench.faults.command import run

    sys.exit(0 if run(only, databases, long=long) else 1)


@bench.command
@click.option("--only", multiple=True, metavar="NAME", help="Just this; may be repeated.")
@on_databases
@click.option("--cycles", type=AT_LEAST_ONE, default=100_000, show_default=True, help="That run.")
@click.option(
    "--seconds", type=SOME_TIME, default=60.0, show_default=True, help="Of each stream of breaches."
)
def sla(*, only: tuple[str, ...], databases: tuple[str, ...], cycles: int, seconds: float) -> None:
    """Fill databases of its own with running cycles, and say how late a breach is found.

    NAME is deadline, scan, burst, stream, outage or kills.
    """
    from bench.sla.command import run

    sys.exit(0 if run(only, databases, cycles=cycles, seconds=seconds) else 1)


@bench.command
@click.option("--database", default="postgresql", type=click.Choice(DATABASES), show_default=True)
@click.option("--rate", type=SOME_TIME, default=12.0, show_default=True, help="Deeds a second.")
@click.option("--seconds", type=SOME_TIME, default=12.0, show_default=True, help="Of each deed.")
def deeds(*, database: str, rate: float, seconds: float) -> None:
    """Say what reading, opening, writing and answering cost every process of a desk of its own."""
    from bench.deeds import run

    run(database, rate, seconds)


@bench.command
@click.option("--people", type=AT_LEAST_ONE, default=3_000, show_default=True)
@click.option("--database", default="sqlite", type=click.Choice(DATABASES), show_default=True)
def broadcast(*, people: int, database: str) -> None:
    """Tell so many people in Telegram of an incident and its end, and answer some meanwhile."""
    from bench.broadcast import run

    sys.exit(0 if run(database, people) else 1)


@bench.command("telegram-pace")
@click.option("--people", type=AT_LEAST_ONE, default=300, show_default=True)
@click.option("--messages", type=AT_LEAST_ONE, default=8, show_default=True, help="For each.")
@click.option(
    "--troubled",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    help="How many of them Telegram gives trouble.",
)
@click.option("--seed", type=int, default=1, show_default=True)
def telegram_pace(*, people: int, messages: int, troubled: float, seed: int) -> None:
    """Send to many chats through a Telegram that gives trouble, and judge what it saw."""
    from bench.telegram_pace import run

    sys.exit(0 if run(people, messages, troubled, seed) else 1)
