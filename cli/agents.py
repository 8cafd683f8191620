"""`./support agents`: who answers tickets in Telegram."""

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from chassis.rpc.ping import PING
from cli.calling import calling
from cli.desk import Desk, data_dir_option
from cli.trouble import Trouble
from contracts.caller import Caller
from contracts.errors import AgentNotFound, Unavailable
from contracts.passes import INVITE, USERNAME, digest_of, new_token, start_link
from contracts.tickets import AgentView, IssuePass, RemoveAgent, TicketsClient
from contracts.vocabulary import PassPurpose


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
    """List, invite or remove those who answer tickets."""


@agents.command(name="list")
@data_dir_option
def list_(data_dir: Path) -> None:
    """Print every agent: Telegram id, name and who let them in. Lines that begin with `invite` are
    the invites that are still open."""
    with _tickets(data_dir) as tickets:
        found, invites = tickets.list_agents(), tickets.list_invites()
    if not found:
        click.echo(
            "There are no agents yet: name their Telegram ids in SUPPORT_AGENT_IDS, or send them a "
            "link of ./support agents invite."
        )
    for agent in found:
        click.echo(f"{agent.telegram_id or agent.id}\t{agent.name}\t{_let_in(agent)}")
    for one in invites:
        until = f"{one.expires_at.astimezone():%Y-%m-%d %H:%M}"
        click.echo(
            f"invite\t{one.note or 'whoever opens it'}\topen until {until}, made by {one.issued_by}"
        )


@agents.command
@click.option("--name", default="", help="For whom it is, to be told apart later.")
@data_dir_option
def invite(name: str, data_dir: Path) -> None:
    """Print a link that makes whoever opens it first an agent. It is good for a day."""
    token = new_token()
    with calling(data_dir) as caller:
        username = _bot_in(caller)
        command = IssuePass(
            command_id=f"cli:{uuid4()}",
            digest=digest_of(token),
            purpose=PassPurpose.AGENT,
            issued_by=_who(),
            note=name,
        )
        issued = TicketsClient(caller).issue_pass(command).result
    until = issued.expires_at.astimezone()
    click.echo(start_link(username, PassPurpose.AGENT, token))
    click.echo(
        f"It works once, until {until:%Y-%m-%d %H:%M %Z}"
        f"{f', and is for {name}' if name else ''}. Whoever opens it first is an agent: send it to "
        "nobody else."
    )


@agents.command
@click.argument("telegram_id", type=TelegramId())
@data_dir_option
def remove(telegram_id: int, data_dir: Path) -> None:
    """Take access away from an agent, by Telegram id."""
    with _tickets(data_dir) as tickets:
        command = RemoveAgent(command_id=f"cli:{uuid4()}", telegram_id=telegram_id)
        agent = tickets.remove_agent(command).result
    click.echo(f"{agent.name} ({telegram_id}) has no access any more.")
    if _is_named(telegram_id, data_dir):
        click.echo(
            "SUPPORT_AGENT_IDS still names this id: take it out, or the bot lets it in again at "
            "its next start."
        )


def _let_in(agent: AgentView) -> str:
    """Since when, and by whom."""
    since = f"since {agent.allowed_at.astimezone():%Y-%m-%d %H:%M}, " if agent.allowed_at else ""
    by = agent.allowed_by or ""
    if by.startswith(INVITE):
        return f"{since}invited by {by.removeprefix(INVITE)}"
    return f"{since}named in SUPPORT_AGENT_IDS"


def _is_named(telegram_id: int, data_dir: Path) -> bool:
    """Whether the desk's environment lets this one in at every start."""
    named = Desk(data_dir).environment().get("SUPPORT_AGENT_IDS", "")
    return str(telegram_id) in re.split(r"[,\s]+", named)


def _bot_in(caller: Caller) -> str:
    """The name of the support bot in Telegram, which it tells itself."""
    try:
        answer = caller.call("bot", PING)
    except Unavailable:
        raise Trouble("The bot does not answer: is ./support up running?") from None
    if not (username := answer.get(USERNAME)):
        raise Trouble(
            "The bot is not connected to Telegram, so nobody can be invited: set "
            "SUPPORT_BOT_TOKEN, and look at ./support doctor."
        )
    return str(username)


def _who() -> str:
    """Whoever runs this command, as this machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"


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
