"""`./support`."""

import logging

import click
import structlog

from cli.contents import Contents


@click.group(
    cls=Contents,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def support() -> None:
    """A support desk: tickets from an app and from Telegram, answered in Telegram."""


# What the libraries of the desk log on the way is not what a command has to say.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
support(prog_name="./support")
