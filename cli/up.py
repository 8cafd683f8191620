"""`./support up`: from a bare machine to a running desk, until Ctrl-C."""

import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
from click.core import ParameterSource

from botapi.client import BotApiClient
from cli.demo import fill_in
from cli.desk import Desk, data_dir_option
from cli.diagnosis.machine import examine_disk
from cli.launch import Launch
from cli.people import join, person
from cli.plan import make_plan, refuse_faults
from cli.ports import LOOPBACK, choose_port, is_free, is_ours
from cli.supervisor import Supervisor, end_leftovers
from cli.trouble import Trouble
from cli.welcome import welcome

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command
@click.option(
    "--port",
    envvar="SUPPORT_PORT",
    show_envvar=True,  # a wrong value is then told with the name of what gave it
    type=click.IntRange(1, 65535),
    default=8080,
    show_default=True,
)
@click.option(
    "--host", envvar="SUPPORT_HOST", show_envvar=True, default=LOOPBACK, show_default=True
)
@click.option("--demo", is_flag=True, help="Fill in sample tickets.")
@data_dir_option
@click.pass_context
def up(context: click.Context, *, port: int, host: str, demo: bool, data_dir: Path) -> None:
    """Run the whole desk here, until Ctrl-C."""
    desk = Desk(data_dir)
    refuse_faults(desk, host, port)
    room = examine_disk(desk)
    if not room.is_well:
        click.echo(f"{room.what} {room.mend}", err=True)
    if not desk.is_made():  # nothing is left behind for one that was never to be
        _refuse_unusable_place(context, host, port)
    desk.make()
    with desk.held(), _interruptible():
        end_leftovers(desk)
        _refuse_unusable_place(context, host, port)
        plan = make_plan(desk, host, port)
        launch = Launch(desk, plan)
        try:
            launch.run()
            if plan.has_local_telegram:
                # Bots may write only to those who have pressed Start.
                api = BotApiClient(plan.environment["TELEGRAM_API_URL"])
                join(api, person("agent", desk.locale))
            if demo:
                fill_in(desk)
            click.echo(welcome(desk, plan))
            _watch(launch.supervisor)
        except KeyboardInterrupt:
            click.echo("\nStopping …")
        finally:
            _ignore_signals()
            launch.supervisor.stop()
    click.echo("Stopped.")


def _refuse_unusable_place(context: click.Context, host: str, port: int) -> None:
    if not is_ours(host):
        raise Trouble(
            f"This machine has no address {host}: leave --host out for this machine alone, "
            "or give --host 0.0.0.0 to be reached from others."
        )
    if not is_free(port, host):
        raise Trouble(
            f"Port {port} on {host} is held by another program: stop that, "
            f"or choose another port: ./support up --port {choose_port()}{_other_options(context)}"
        )


def _other_options(context: click.Context) -> str:
    """What was typed beside the port, as it is typed again."""
    words = ""
    for option in context.command.params:
        name = option.name or ""
        if name == "port" or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = context.params[name]
        words += f" {option.opts[0]}" + ("" if value is True else f" {shlex.quote(str(value))}")
    return words


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end us as Ctrl-C does."""
    for each in _SIGNALS:
        signal.signal(each, _interrupt)
    yield


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def _watch(supervisor: Supervisor) -> None:
    """Stay, and tell when a process had to be started again."""
    known: dict[str, int] = {}
    while supervisor.is_alive():
        for seen in supervisor.seen():
            if seen.pid and known.get(seen.name, seen.pid) != seen.pid:
                click.echo(f"{seen.name} had stopped and was started again.", err=True)
            if seen.pid:
                known[seen.name] = seen.pid
        time.sleep(1)  # the pace of the looks for as long as the desk runs
    raise Trouble("The supervisor has died, so the desk was stopped: run ./support up again.")
