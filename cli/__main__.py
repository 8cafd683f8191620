"""The table of contents of `./support`."""

import logging

import click
import structlog

from cli.agents import agents
from cli.backup import backup
from cli.bench import bench
from cli.chat import chat
from cli.check import check
from cli.dead import dead
from cli.doctor import doctor
from cli.drill import drill
from cli.migrate import migrate
from cli.restore import restore
from cli.sla import sla
from cli.test import test
from cli.token import token
from cli.up import up


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def support() -> None:
    """A support desk: tickets from an app and from Telegram, answered in Telegram."""


for command in (
    *(up, chat, token, agents, sla, doctor, dead, drill),
    *(migrate, backup, restore),
    *(check, test, bench),
):
    support.add_command(command)

# What the libraries of the desk log on the way is not what a command has to say.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
support(prog_name="./support")
