"""Why something was not delivered, as agents read it: what the bot says of it itself has a code,
what Telegram says is quoted unless everybody meets it. Pure."""

from services.bot.markup import Html, escape, one_line
from services.bot.speech import Speech

FILE_GONE, NOT_IN_GROUP, MAY_NOT_WRITE = "file_gone", "not_in_group", "may_not_write"
KNOWN = {
    "bot was blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "bot was kicked from": "kicked",
}
"""What Telegram says often, by words in it."""
CODES = (FILE_GONE, NOT_IN_GROUP, MAY_NOT_WRITE, *KNOWN.values())
LENGTH = 200


def reason(words: Speech, refusal: str) -> Html:
    """A code in words, anything else on one line."""
    code = next((code for said, code in KNOWN.items() if said in refusal), refusal)
    if code in CODES:
        return words(f"bot.undelivered.{code}")
    return Html(escape(one_line(refusal, LENGTH)))
