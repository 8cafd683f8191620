"""The commands of `./support`, each imported when it is asked for."""

from importlib import import_module

import click

COMMANDS = (
    *("up", "chat", "token", "agents", "sla", "doctor", "dead", "drill"),
    *("migrate", "backup", "restore"),
    *("check", "test", "bench"),
)
"""Each is what its module in `cli/` calls by the same name."""


class Contents(click.Group):
    """Importing all of them would take a second and a half before the first word."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"cli.{cmd_name}"), cmd_name)
        return command
