"""Telegram's HTML: escaping what people wrote, measuring it as Telegram does, cutting it safely.

Pure. Whatever is not `Html` came from a person and is escaped before it is sent.
"""

import html
import re
from collections.abc import Iterator

MESSAGE_LENGTH = 4096
"""UTF-16 units after the tags and references have been read."""

_TOKEN = re.compile(r"<[^<>]+>|&(?:#\d+|#x[0-9a-fA-F]+|[a-z]+);|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z-]+)[^<>]*>")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_JOINTS = ("\n\n", "\n", " ")


class Html(str):
    """Text that is safe to send with HTML parsing on."""

    __slots__ = ()


def escape(text: object) -> Html:
    """Make Html of anything; control characters, which Telegram refuses, are left out."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(_INVISIBLE.sub("", str(text)), quote=False))


def one_line(text: str, limit: int = 200) -> str:
    """Words of a person as part of a line of ours: one line, not too long, its direction tamed."""
    line = " ".join(_DIRECTION.sub("", text).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(text: str) -> str:
    """What is left of Html for the eye."""
    return html.unescape(_TAG.sub("", text))


def visible_units(text: str) -> int:
    """Length of Html as Telegram counts it."""
    return units(visible(text))


def excerpt(text: str, limit: int) -> tuple[str, bool]:
    """The beginning of a person's text, at most `limit` units, and whether something is missing."""
    if units(text) <= limit:
        return text, False
    cut = text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
    return cut.rstrip(), True


def split(text: Html, limit: int = MESSAGE_LENGTH) -> list[Html]:
    """Cut Html into messages: between paragraphs if possible, then lines, words, characters.

    Never inside a tag or a reference; a tag that is open at a cut is closed and opened anew.
    """
    if visible_units(text) <= limit:
        return [text]
    parts: list[str] = []
    for piece in _pieces(str(text), limit, _JOINTS):
        if parts and visible_units(parts[-1] + piece) <= limit:
            parts[-1] += piece
        else:
            parts.append(piece)
    return [part for part in _balanced(parts) if visible(part).strip()]


def _pieces(text: str, limit: int, joints: tuple[str, ...]) -> Iterator[str]:
    """The text in pieces of at most `limit`, each with the joint that follows it."""
    if visible_units(text) <= limit:
        yield text
        return
    if not joints:
        yield from _chopped(text, limit)
        return
    head, joint, tail = text.partition(joints[0])
    while joint:
        yield from _pieces(head + joint, limit, joints[1:])
        head, joint, tail = tail.partition(joints[0])
    yield from _pieces(head, limit, joints[1:])


def _chopped(text: str, limit: int) -> Iterator[str]:
    """One endless word, chopped between characters."""
    piece, length = "", 0
    for token in _TOKEN.findall(text):
        more = 0 if _TAG.fullmatch(token) else units(html.unescape(token))
        if length + more > limit:
            yield piece
            piece, length = "", 0
        piece, length = piece + token, length + more
    yield piece


def _balanced(parts: list[str]) -> Iterator[Html]:
    open_tags: list[str] = []
    for part in parts:
        opened_anew = "".join(f"<{name}>" for name in open_tags)
        for closing, name in _TAG.findall(part):
            if not closing:
                open_tags.append(name)
            elif open_tags:
                open_tags.pop()
        closed = "".join(f"</{name}>" for name in reversed(open_tags))
        yield Html(f"{opened_anew}{part.strip()}{closed}")
