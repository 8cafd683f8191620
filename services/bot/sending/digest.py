"""Many notices for one chat become one message. Pure."""

from collections.abc import Iterator, Sequence

from services.bot.markup import Html, visible_units
from services.bot.speech import Speech

TOO_MANY = 5
"""So many notices may wait for a chat one by one; more become a digest."""
LINES = 30
UNITS = 3800
"""Of all lines. A message holds 4096; the title, the count of the rest and the mark of a repeat
take some."""


def digest(words: Speech, summaries: Sequence[str]) -> Html:
    """One message out of the lines of many, in their order; what does not fit is counted.

    Two notices of one line, such as two warnings of one deadline, tell no more than one.
    """
    told = list(dict.fromkeys(summaries))
    shown = list(_that_fit(told))
    lines = [words.plural("bot.digest.title", len(told)), *shown]
    if left := len(told) - len(shown):
        lines.append(words.plural("bot.digest.more", left))
    return Html("\n".join(lines))


def _that_fit(summaries: Sequence[str]) -> Iterator[str]:
    room = UNITS
    for summary in summaries[:LINES]:
        room -= visible_units(summary) + 1
        if room < 0:
            return
        yield summary
