"""How a command says that it cannot go on: one sentence that tells the person what to do."""

import click

from cli.suggesting import of_this_desk


class Trouble(click.ClickException):
    """Ends the command with exit code 1 and this sentence, without a traceback."""

    def __init__(self, message: str) -> None:
        super().__init__(of_this_desk(message))

    def show(self, file: object = None) -> None:
        """Print the sentence alone; click would put `Error:` before it."""
        click.echo(self.message, err=True)
