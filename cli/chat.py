"""`./support chat`: talk to the bot in the terminal, without Telegram."""

import sys
import threading
from enum import Enum, auto
from itertools import chain, islice
from math import inf
from pathlib import Path

import click

from botapi.channel import Gone, Refused
from botapi.client import BotApiClient
from botapi.sights import ChatMessage
from cli.conversation import Conversation, NoSuchButton
from cli.desk import Desk, data_dir_option
from cli.enclosing import NoSuchFile
from cli.people import IDS, local_telegram, person
from cli.processes import wait_until
from cli.rendering import rendered
from cli.suggesting import of_this_desk
from cli.trouble import Trouble

_HINT = (
    "Type to the bot; #1 presses a button, >text replies to its newest message, "
    "/file PATH words sends a file; Ctrl-D ends."
)
SECONDS = click.FloatRange(min=0)
_GONE = "The desk has gone away: start it with ./support up."
_BACK = "The desk is back."


class Done(Enum):
    """What became of a line."""

    NOT = auto()
    SAID = auto()
    """The bot answers it with a message."""
    PRESSED = auto()
    """The answer may be words that flash up, or a changed message, or none."""


@click.command
@click.option("--as", "role", type=click.Choice(sorted(IDS)), default="user", show_default=True)
@click.option(
    "--wait", type=SECONDS, default=5.0, show_default=True, help="Seconds to wait for an answer."
)
@data_dir_option
def chat(role: str, wait: float, data_dir: Path) -> None:
    """Talk to the bot here. Lines may also be piped in: each waits for its answer.
    If one of them cannot be carried out, the others are, and the end is an error.

    A line is said to the bot; #1 presses the first of its newest buttons, >text replies
    to its newest message, /file PATH words sends a file with words under it: a photo, a video, a
    voice message or a document by its name. Several paths are sent as an album; >/file replies.

    The local Telegram forgets what was said when ./support up ends; people stay known, and their
    answers still come.
    """
    desk = Desk(data_dir)
    api = BotApiClient(local_telegram(desk))
    try:
        conversation = Conversation(api, person(role, desk.locale), desk.run / f"chat-{role}.read")
        if sys.stdin.isatty():
            _talk(conversation)
            is_done = True
        else:
            is_done = _recite(conversation, wait)
    except Gone:
        raise Trouble(_GONE) from None
    if not is_done:
        sys.exit(1)


def _recite(conversation: Conversation, wait: float) -> bool:
    """What is new since the last chat, then each piped line with its answer, as it comes. Whether
    all of them could be carried out; one that cannot holds up none."""
    lines = (line.strip() for line in sys.stdin if line.strip())
    first = list(islice(lines, 1))
    needs_patience = conversation.is_new or not first
    news = conversation.wait_for_news(wait) if needs_patience else conversation.unread()
    _show(conversation, news)
    is_done = True
    for line in chain(first, lines):
        done = _act(conversation, line, wait)
        news = conversation.wait_for_news(wait)
        _show(conversation, news)
        if done is Done.SAID and wait and not news:
            click.echo(f"No answer within {wait:g} s.", err=True)
        is_done &= done is not Done.NOT
    return is_done


def _talk(conversation: Conversation) -> None:
    """A person at the keyboard: answers appear whenever they come, also after the desk was
    started anew meanwhile."""
    click.echo(_HINT)
    gone = of_this_desk(_GONE)
    threading.Thread(target=_follow, args=(conversation, gone), daemon=True).start()
    for line in sys.stdin:
        if line.strip():
            try:
                _act(conversation, line.strip(), wait=2.0)
            except Gone:
                click.echo(f"That may not have arrived. {gone}", err=True)


def _follow(conversation: Conversation, gone: str) -> None:
    while True:
        try:
            while True:
                _show(conversation, conversation.wait_for_news(30))
        except Gone:
            click.echo(gone, err=True)
        wait_until(conversation.is_possible, seconds=inf, pause=1.0)
        click.echo(_BACK, err=True)


def _act(conversation: Conversation, line: str, wait: float) -> Done:
    """Carry out a line; when it cannot be, why not is said."""
    try:
        callback = conversation.do(line)
    except (NoSuchButton, NoSuchFile, Refused) as fault:
        click.echo(str(fault), err=True)
        return Done.NOT
    if callback is None:
        return Done.SAID
    if words := conversation.callback_words(callback, wait):
        click.echo(f"({words})")
    return Done.PRESSED


def _show(conversation: Conversation, news: list[ChatMessage]) -> None:
    for message in news:
        saved = conversation.saved_file(message)
        click.echo(rendered(message, in_colour=sys.stdout.isatty(), saved=saved))
