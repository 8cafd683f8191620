"""The files of a message: taken in once, however often the message is handled, and told of."""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import timedelta

from contracts.errors import Unavailable
from contracts.tickets import KeptFile
from services.bot.asking import Ask
from services.bot.files.sent_files import Lost, SentFile, TakenIn
from services.bot.markup import Html, one_line
from services.bot.speech import Speech

PATIENCE = timedelta(minutes=10)
"""For so long a user's words wait for a store of files, or a Telegram, that is away."""


async def take_in(ask: Ask) -> TakenIn:
    """Keep the files of a message, and remember that before anything is made of them: handled
    again it would say otherwise what it has said already. Raises Unavailable."""
    if ask.taken_in is not None:
        return ask.taken_in
    taken = TakenIn(updates=list(ask.incoming.with_updates))
    if ask.incoming.files:
        async with ask.office.files.turn(of_agent=ask.agent is not None):
            await _take_each(ask, taken)
        await to_thread(ask.office.updates.remember_files, ask.row_id, taken.write())
    return taken


def told(words: Speech, lost: Sequence[Lost]) -> list[Html]:
    """What was not kept and why, a sentence each."""
    return [
        words(f"bot.file.lost.{one.reason}", name=one_line(one.name, 80), limit=one.limit)
        for one in lost
    ]


async def _take_each(ask: Ask, taken: TakenIn) -> None:
    """All in one turn: whoever waited in vain for another would begin with the first file again."""
    most = ask.office.settings.file.attachments.at_once
    for place, file in enumerate(ask.incoming.files):
        found = Lost(file.name, "too_many", most) if place >= most else await _take(ask, file)
        if isinstance(found, Lost):
            taken.lost.append(found)
        else:
            taken.kept.append(found)


async def _take(ask: Ask, file: SentFile) -> KeptFile | Lost:
    """A user's words are worth more than their file: after a while they go without it."""
    try:
        return await ask.office.files.take_in(file)
    except Unavailable:
        if ask.agent is not None or ask.now - ask.first_tried_at < PATIENCE:
            raise
        return Lost(file.name, "away")
