"""Many notices for one chat become one message. Pure."""

import re
from collections.abc import Iterator, Sequence

from services.bot.markup import Html, visible_units
from services.bot.speech import Speech

TOO_MANY = 5
"""So many notices may wait for a chat one by one; more become a digest."""
LINES = 30
UNITS = 3800
"""Of all lines. A message holds 4096; the title, the count of the rest and the mark of a repeat
take some."""
LINKS = 60
"""Telegram makes a hundred commands of a message at most."""
OPENING = re.compile(r"/view_\d+")
ALL_TICKETS = "/tickets"


def digest(words: Speech, summaries: Sequence[str]) -> Html:
    """One message out of the lines of many, in their order; of what does not fit only the tickets
    are named.

    Two notices of one line, such as two warnings of one deadline, tell no more than one.
    """
    told = list(dict.fromkeys(summaries))
    shown = list(_that_fit(told[:LINES], UNITS))
    lines = [words.plural("bot.digest.title", len(told)), *shown]
    if left := told[len(shown) :]:
        room = UNITS - sum(visible_units(line) + 1 for line in shown)
        lines.append(words.plural("bot.digest.more", len(left), where=_where(left, room)))
    return Html("\n".join(lines))


def _where(left: Sequence[str], room: int) -> str:
    """How to come to the tickets of these lines: each by itself, as far as there is room."""
    openings = [OPENING.search(line) for line in left]  # the first: behind it are people's words
    named = list(dict.fromkeys(found[0] for found in openings if found))
    fitting = list(_that_fit(named[:LINKS], room))
    is_all = all(openings) and fitting == named
    return " ".join(fitting if is_all else [*fitting, ALL_TICKETS])


def _that_fit(texts: Sequence[str], room: int) -> Iterator[str]:
    for text in texts:
        room -= visible_units(text) + 1
        if room < 0:
            return
        yield text
