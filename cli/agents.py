"""`./support agents`: who answers tickets in Telegram."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from cli.calling import calling
from cli.desk import data_dir_option
from cli.trouble import Trouble
from contracts.errors import AgentNotFound
from contracts.tickets import RemoveAgent, TicketsClient


class TelegramId(click.ParamType[int]):
    """The number by which Telegram knows a person."""

    name = "telegram_id"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> int:
        if re.fullmatch("[1-9][0-9]{0,15}", str(value)) is None:
            raise Trouble(
                f"{str(value)!r} is no Telegram id, which is a number such as 1001: "
                "./support agents list prints them all."
            )
        return int(value)


@click.group
def agents() -> None:
    """List or remove those who answer tickets."""


@agents.command(name="list")
@data_dir_option
def list_(data_dir: Path) -> None:
    """Print every agent: Telegram id and name."""
    with _tickets(data_dir) as tickets:
        found = tickets.list_agents()
    if not found:
        click.echo("There are no agents yet: name their Telegram ids in SUPPORT_AGENT_IDS.")
    for agent in found:
        click.echo(f"{agent.telegram_id or agent.id}\t{agent.name}")


@agents.command
@click.argument("telegram_id", type=TelegramId())
@data_dir_option
def remove(telegram_id: int, data_dir: Path) -> None:
    """Take access away from an agent, by Telegram id."""
    with _tickets(data_dir) as tickets:
        command = RemoveAgent(command_id=f"cli:{uuid4()}", telegram_id=telegram_id)
        agent = tickets.remove_agent(command).result
    click.echo(f"{agent.name} ({telegram_id}) has no access any more.")


@contextmanager
def _tickets(data_dir: Path) -> Iterator[TicketsClient]:
    """A client of the running desk, whose refusals become sentences."""
    with calling(data_dir) as caller:
        try:
            yield TicketsClient(caller)
        except AgentNotFound:
            raise Trouble(
                "There is no such agent: ./support agents list prints them all."
            ) from None
