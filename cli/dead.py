"""`./support dead`: messages whose handler gave up, kept until somebody decides."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten

import click
from amqp.exceptions import AMQPError

from chassis.broker.publishing import PublishFailed
from chassis.events import dead_letters
from chassis.events.dead_letters import DeadLetter
from cli.desk import Desk, data_dir_option
from cli.trouble import Trouble

_REASON_LENGTH = 200
_ids = click.argument("message_ids", nargs=-1)
_all = click.option("--all", "everything", is_flag=True, help="All of them.")


@click.group
def dead() -> None:
    """List, replay or drop parked messages."""


@dead.command(name="list")
@data_dir_option
def list_(data_dir: Path) -> None:
    """Print every parked message: id, queue, error."""
    with _broker(data_dir) as address:
        letters = dead_letters.list_dead(address)
    if not letters:
        click.echo("No message is parked.")
    for letter in letters:
        reason = shorten(letter.error, _REASON_LENGTH, placeholder=" …")
        click.echo(f"{letter.message_id}\t{letter.queue}\t{reason}")


@dead.command
@_ids
@_all
@data_dir_option
def replay(message_ids: tuple[str, ...], everything: bool, data_dir: Path) -> None:
    """Send parked messages back to their handlers."""
    chosen = _Choice(message_ids, everything)
    with _broker(data_dir) as address:
        replayed = dead_letters.replay(address, chosen)
    if replayed.count or not replayed.homeless:
        _tell("Replayed", replayed.count)
    if replayed.homeless:
        _tell_homeless(replayed.homeless)
    chosen.refuse_strangers()


@dead.command
@_ids
@_all
@data_dir_option
def drop(message_ids: tuple[str, ...], everything: bool, data_dir: Path) -> None:
    """Throw parked messages away for good."""
    chosen = _Choice(message_ids, everything)
    with _broker(data_dir) as address:
        _tell("Dropped", dead_letters.drop(address, chosen))
    chosen.refuse_strangers()


class _Choice:
    """The messages that were named, or all; it notes which of them are parked."""

    def __init__(self, message_ids: tuple[str, ...], everything: bool) -> None:
        if everything and message_ids:
            raise Trouble("Name the messages or say --all, not both.")
        if not everything and not message_ids:
            raise Trouble("Name the messages as ./support dead list prints them, or say --all.")
        self._everything = everything
        self._named = frozenset(message_ids)
        self._strangers = dict.fromkeys(message_ids)

    def __call__(self, letter: DeadLetter) -> bool:
        is_named = letter.message_id in self._named
        self._strangers.pop(letter.message_id, None)
        return self._everything or is_named

    def refuse_strangers(self) -> None:
        """Say which of those that were named are not parked. Raises Trouble."""
        if self._strangers:
            raise Trouble(f"Not parked, and left alone: {', '.join(self._strangers)}.")


def _tell(done: str, count: int) -> None:
    if not count:
        raise Trouble("No parked message matches: ./support dead list prints them all.")
    click.echo(f"{done} {count}.")


def _tell_homeless(letters: list[DeadLetter]) -> None:
    queues = ", ".join(sorted({letter.queue or "(none)" for letter in letters}))
    raise Trouble(
        f"{len(letters)} stay parked, because their queue is no more: {queues}. "
        "./support migrate makes the queues of this version; drop what no handler will ever want."
    )


@contextmanager
def _broker(data_dir: Path) -> Iterator[str]:
    address = Desk(data_dir).environment().get("AMQP_URL")
    if address is None:
        raise Trouble("No broker is known here: start ./support up, or set AMQP_URL.")
    try:
        yield address
    except dead_letters.InUse:
        raise Trouble("Another ./support dead is at work here: wait for its end.") from None
    except PublishFailed as fault:
        raise Trouble(
            f"The broker stopped confirming ({fault}). What it has not confirmed is still parked: "
            "say the same again later."
        ) from None
    except (OSError, AMQPError) as fault:
        raise Trouble(
            f"The broker does not answer ({fault}): ./support doctor knows more."
        ) from None
