"""Every command is where `./support` looks for it, and is named there."""

from importlib import import_module
from pkgutil import iter_modules

import click
import pytest

import cli
from cli.contents import COMMANDS, Contents

MODULES = sorted(found.name for found in iter_modules(cli.__path__))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_found_by_its_name(name: str) -> None:
    contents = Contents()

    command = contents.get_command(click.Context(contents), name)

    assert isinstance(command, click.Command)
    assert command.name == name


def test_no_command_is_missing_from_the_contents() -> None:
    apart = {"__main__"}  # runs when it is imported
    own = {
        name
        for name in MODULES
        if name not in apart
        if isinstance(getattr(import_module(f"cli.{name}"), name, None), click.Command)
    }

    assert own == set(COMMANDS)


def test_an_unknown_name_is_no_command() -> None:
    contents = Contents()

    assert contents.get_command(click.Context(contents), "contents") is None
