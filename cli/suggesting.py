"""Commands that a command suggests: of the same desk, or they would speak of another one."""

import re
import shlex

import click
from click.core import ParameterSource

_OF_A_DESK = re.compile(
    r"\./support (?:up|chat|doctor|migrate|token|backup|restore"
    r"|dead (?:list|replay|drop)|agents (?:list|remove)|sla (?:plan|apply|holidays))"
    r"(?! running)"
)


def of_this_desk(text: str) -> str:
    """The text, its commands with the `--data-dir` that this one was given, if it was."""
    context = click.get_current_context(silent=True)
    if context is None or "--data-dir" in text:
        return text
    if context.get_parameter_source("data_dir") is not ParameterSource.COMMANDLINE:
        return text
    place = shlex.quote(str(context.params["data_dir"]))
    return _OF_A_DESK.sub(lambda found: f"{found[0]} --data-dir {place}", text)
