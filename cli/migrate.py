"""`./support migrate`: every database to its newest schema, then the broker's queues."""

import subprocess
import sys
from pathlib import Path

import click
from sqlalchemy import make_url

from chassis.settings_check import settings_of
from cli.broker import is_reachable
from cli.desk import DATABASES, ROOT, Desk, data_dir_option
from cli.processes import ending_with_us
from cli.safekeeping.databases import place_of
from cli.trouble import Trouble

_ALL = "support"
_DEFAULT_BROKER = "amqp://guest:guest@127.0.0.1:5672//"


@click.command
@click.argument("service", default=_ALL, type=click.Choice([_ALL, *DATABASES]))
@data_dir_option
def migrate(service: str, data_dir: Path) -> None:
    """Bring databases and queues up to date: one SERVICE's, or all (the default)."""
    desk = Desk(data_dir)
    desk.make()
    environment = desk.environment()
    databases = DATABASES if service == _ALL else (service,)
    finish(start_migrations(environment, databases), "The databases cannot be migrated")
    click.echo("Databases are up to date:")
    for process in databases:
        url = settings_of(process, environment).database_url
        click.echo(f"  {process}: {place_of(make_url(url))}")
    if not is_reachable(environment.get("AMQP_URL", _DEFAULT_BROKER)):
        raise Trouble(
            "No broker answers, so its queues are not declared yet: ./support up does it at every "
            "start; otherwise start RabbitMQ, set AMQP_URL, and run ./support migrate again."
        )
    finish(start_topology(environment), "The queues cannot be declared")
    click.echo("Queues are declared.")


def start_migrations(
    environment: dict[str, str], databases: tuple[str, ...] = DATABASES
) -> subprocess.Popen[str]:
    """Begin to migrate; `finish` waits for the end."""
    return _module("chassis.storage.migrate", databases, environment)


def start_topology(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Begin to declare exchanges, queues and bindings."""
    return _module("chassis.declare", DATABASES, environment)


def finish(step: subprocess.Popen[str], complaint: str) -> None:
    """Wait for a step; Trouble with its own last words when it failed."""
    said, _ = step.communicate()
    if step.returncode != 0:
        words = "\n".join(said.strip().splitlines()[-12:])
        raise Trouble(f"{complaint}:\n{words}")


def _module(
    name: str, arguments: tuple[str, ...], environment: dict[str, str]
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ending_with_us([sys.executable, "-m", name, *arguments]),
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
