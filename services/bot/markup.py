"""Telegram's HTML: escaping what people wrote, measuring it as Telegram does, cutting it safely.

Pure. Whatever is not `Html` came from a person and is escaped before it is sent.
"""

import html
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from contracts.texts import beginning, characters, is_blank

MESSAGE_LENGTH, CAPTION_LENGTH = 4096, 1024
"""UTF-16 units after the tags and references have been read."""

_TOKEN = re.compile(r"<[^<>]+>|&(?:#\d+|#x[0-9a-fA-F]+|[a-z]+);|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z-]+)[^<>]*>")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_JOINTS = ("\n\n", "\n", " ")
_LOOKED_AHEAD = 64
"""Code points; a longer character is cut all the same when it does not fit."""


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
    return line if len(line) <= limit else f"{beginning(line, limit - 1).rstrip()}…"


def mention(telegram_id: int, name: str) -> Html:
    """A person called by name, so that Telegram tells them."""
    return Html(f'<a href="tg://user?id={telegram_id}">{escape(one_line(name, 80))}</a>')


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
    return beginning(text, limit, units).rstrip(), True


def split(text: Html, limit: int = MESSAGE_LENGTH) -> list[Html]:
    """Cut Html into messages: between paragraphs if possible, then lines, words, characters.

    Never inside a tag, a reference or what people see as one character; a tag that is open at a
    cut is closed and opened anew. A heading, which is a line with something bold, goes with the
    beginning of its text. Telegram refuses a message in which there is nothing to read.
    """
    if visible_units(text) <= limit:
        return [text]
    source, parts, begin = str(text).strip(), list[str](), 0
    while begin < len(source):
        end = _end_of_part(source, begin, limit)
        parts.append(source[begin:end])
        begin = len(source) - len(source[end:].lstrip())
    return [part for part in _balanced(parts) if not is_blank(visible(part))]


class _Step(NamedTuple):
    """A token of Html; where it ends, and how much the eye has seen from the begin to there."""

    token: str
    end: int
    shown: int
    """Code points."""
    length: int
    """Units."""


def _steps(text: str, begin: int) -> Iterator[_Step]:
    shown = length = 0
    for found in _TOKEN.finditer(text, begin):
        token = found[0]
        if len(token) == 1 or token[0] == "&":
            seen = token if len(token) == 1 else html.unescape(token)
            shown, length = shown + len(seen), length + units(seen)
        yield _Step(token, found.end(), shown, length)


def _end_of_part(text: str, begin: int, limit: int) -> int:
    """Where to cut, so that what stands before fits and what follows is whole if it can be."""
    steps = list(_fitting(text, begin, limit))
    if not steps or steps[-1].end == len(text):
        return len(text)
    ends = _ends_of_characters(text, begin, steps[-1])
    whole = [step for step in steps if step.shown in ends]
    for joint in _JOINTS:
        at_joint = (step.end for step in reversed(whole) if text.endswith(joint, begin, step.end))
        end = next((end for end in at_joint if not _is_at_heading(text, begin, end)), None)
        if end is not None and _fits(text, end, joint, limit):
            return end
    # A single character that does not fit is cut all the same, between its code points.
    return (whole or steps)[-1].end


def _fitting(text: str, begin: int, limit: int) -> Iterator[_Step]:
    """The tokens that the limit reaches, at least one; white space at the end apart."""
    for step in _steps(text, begin):
        if step.length > limit and step.shown > 1 and not step.token.isspace():
            return
        yield step


def _fits(text: str, begin: int, joint: str, limit: int) -> bool:
    """Does what follows have room in one message, up to the next joint of this kind?"""
    end = text.find(joint, begin)
    upto = (step for step in _steps(text, begin) if step.length > limit or step.end == end)
    return next((step.length <= limit for step in upto), True)


def _ends_of_characters(text: str, begin: int, last: _Step) -> frozenset[int]:
    """After how many code points of what the eye sees a character ends, as far as the last step.
    Whether one ends there is told by what follows."""
    seen = visible(text[begin : last.end + _LOOKED_AHEAD])
    return frozenset(accumulate(len(character) for character in characters(seen)))


def _is_at_heading(text: str, begin: int, end: int) -> bool:
    """Would a cut there be in a heading, or right after it? People's words are never bold."""
    end = begin + len(text[begin:end].rstrip())
    start = text.rfind("\n", begin, end) + 1 or begin
    line_end = text.find("\n", start)
    return text.find("<b>", start, line_end if line_end >= 0 else len(text)) >= 0


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
