"""Invites for agents, as whoever runs the desk makes them."""

from pathlib import Path

from click.testing import CliRunner

from cli.agents import agents
from tests.support.bot_desk import BotDesk
from tests.support.botapi import SUPPORT_BOT


def invite(desk: BotDesk, directory: Path, *arguments: str) -> str:
    """What `./support agents invite` prints."""
    ran = CliRunner().invoke(
        agents,
        ["invite", *arguments, "--data-dir", str(directory)],
        env={"AMQP_URL": desk.amqp_url},
        catch_exceptions=False,
    )
    return ran.output


def payload(printed: str) -> str:
    """What Telegram shows the bot when the link is opened."""
    address = next(line for line in printed.splitlines() if line.startswith("https:"))
    assert address.startswith(f"https://t.me/{SUPPORT_BOT}?start=")
    return address.partition("?start=")[2]
