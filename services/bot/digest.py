"""Many notices for one chat become one message. Pure."""

from collections.abc import Sequence

from services.bot.markup import Html
from services.bot.speech import Speech

TOO_MANY = 5
"""So many notices may wait for a chat one by one; more become a digest."""
LINES = 30


def digest(words: Speech, summaries: Sequence[str]) -> Html:
    """One message out of the lines of many, in their order; what does not fit is counted."""
    lines = [words.plural("bot.digest.title", len(summaries)), *summaries[:LINES]]
    if (left := len(summaries) - LINES) > 0:
        lines.append(words.plural("bot.digest.more", left))
    return Html("\n".join(lines))
