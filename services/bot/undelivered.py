"""Why something was not delivered, as agents read it: what the bot says of it itself has a code,
what Telegram says is quoted. Pure."""

from services.bot.markup import Html, escape, one_line
from services.bot.speech import Speech

FILE_GONE, NOT_IN_GROUP, MAY_NOT_WRITE = "file_gone", "not_in_group", "may_not_write"
CODES = (FILE_GONE, NOT_IN_GROUP, MAY_NOT_WRITE)
LENGTH = 200


def reason(words: Speech, refusal: str) -> Html:
    """A code in words, anything else on one line."""
    if refusal in CODES:
        return words(f"bot.undelivered.{refusal}")
    return Html(escape(one_line(refusal, LENGTH)))
