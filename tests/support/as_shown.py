"""What Telegram would make of a text of ours: read with the local server's own reader."""

from collections import Counter
from functools import cache

from botapi.errors import ApiError
from botapi.html import parse
from contracts.texts import characters, is_blank
from services.bot.markup import escape, visible

PLAIN = "слово"
"""What nobody could take for markup."""


def eyes(text: str) -> list[str]:
    """The characters of a text as people see them, without white space and without the invisible:
    what must still be there, whole, however it is cut."""
    return [seen.strip() for seen in characters(text) if not _is_unseen(seen)]


_is_unseen = cache(is_blank)


def written(text: str) -> str:
    """A person's text as it arrives: without what Telegram cannot carry."""
    return visible(escape(text))


def faults(shown: str, plain: str, limit: int) -> list[str]:
    """What is wrong with a text of ours into which a person's words were put; `plain` is the same
    text around a harmless word."""
    try:
        read, harmless = parse(shown), parse(plain)
    except ApiError as error:
        return [error.description]
    ours, found = Counter(map(_kind, harmless.entities)), Counter(map(_kind, read.entities))
    wrong = [f"{kind} is not ours" for kind in found - ours]
    if len(read.text.encode("utf-16-le")) // 2 > limit:
        wrong.append("too long")
    return wrong


def _kind(entity: object) -> str:
    return str(getattr(entity, "type", entity))
