"""Telegram's HTML: escaping what people wrote, measuring it as Telegram does, cutting it safely.

Pure. Whatever is not `Html` came from a person and is escaped before it is sent.
"""

import html
import re
from collections.abc import Iterator

MESSAGE_LENGTH, CAPTION_LENGTH = 4096, 1024
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
    A heading, which is a line with something bold, goes with the beginning of its text.
    """
    if visible_units(text) <= limit:
        return [text]
    parts, rest = [], str(text).strip()
    while visible_units(rest) > limit:
        end = _end_of_part(rest, limit)
        parts.append(rest[:end])
        rest = rest[end:].lstrip()
    return [part for part in _balanced([*parts, rest]) if visible(part).strip()]


def _end_of_part(text: str, limit: int) -> int:
    """Where to cut, so that what stands before fits and what follows is whole if it can be."""
    fitting, ends = _reach(text, limit)
    for joint in _JOINTS:
        follower = text[ends.get(joint, fitting) :].partition(joint)[0]
        if joint in ends and visible_units(follower) <= limit:
            return ends[joint]
    return fitting


def _reach(text: str, limit: int) -> tuple[int, dict[str, int]]:
    """How far the limit reaches, white space at the end apart, and the last joints on the way."""
    end, length, ends = 0, 0, dict[str, int]()
    for found in _TOKEN.finditer(text):
        token = found[0]
        length += 0 if _TAG.fullmatch(token) else units(html.unescape(token))
        if end and length > limit and not token.isspace():
            break
        end = found.end()
        if token.isspace() and not _is_at_heading(text, end):
            ends |= {joint: end for joint in _JOINTS if text.endswith(joint, 0, end)}
    return end, ends


def _is_at_heading(text: str, end: int) -> bool:
    """Would a cut there be in a heading, or right after it? People's words are never bold."""
    end = len(text[:end].rstrip())
    begin = text.rfind("\n", 0, end) + 1
    return "<b>" in text[begin:].partition("\n")[0]


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
