"""The table of contents of `./support`."""

import logging
from importlib import import_module

import click
import structlog

COMMANDS = (
    *("up", "chat", "token", "agents", "sla", "doctor", "dead", "drill"),
    *("migrate", "backup", "restore"),
    *("check", "test", "bench"),
)
"""Each is what its module in `cli/` calls by the same name."""


class Contents(click.Group):
    """Imports a command when it is asked for: all of them together take a second and a half."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"cli.{cmd_name}"), cmd_name)
        return command


@click.group(
    cls=Contents,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def support() -> None:
    """A support desk: tickets from an app and from Telegram, answered in Telegram."""


# What the libraries of the desk log on the way is not what a command has to say.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
support(prog_name="./support")
