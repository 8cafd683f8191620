"""What a person may say anywhere in the desk: trimmed, not empty, storable in every database; and
how much of it goes where there is little room."""

import re
import unicodedata
from collections.abc import Callable, Iterable

import regex

from contracts.errors import Invalid

INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
"""Categories of characters that leave nothing to read: spaces, controls, invisible formatting."""
SHAPELESS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\u034f\ufe0e\ufe0f")
"""Letters, symbols and marks that are nothing to read either, whatever their category says."""
SURROGATE = re.compile("[\ud800-\udfff]")
_CHARACTER = regex.compile(r"\X")
_LOOKED_AHEAD = 64
"""Code points after a cut that tell whether it goes through a character."""


def clean_text(text: str, field: str, longest: int) -> str:
    """The text without white space around it. Raises Invalid naming `field` and the matter."""
    if "\0" in text or SURROGATE.search(text):
        raise Invalid("the text has characters that cannot be stored", {field: "bad_characters"})
    trimmed = text.strip()
    if is_blank(trimmed):
        raise Invalid("the text is empty", {field: "empty"})
    if len(trimmed) > longest:
        raise Invalid(f"the text is longer than {longest} characters", {field: "too_long"})
    return trimmed


def is_blank(text: str) -> bool:
    """Is there nothing to read in it?"""
    return all(char in SHAPELESS or unicodedata.category(char) in INVISIBLE for char in text)


def characters(text: str) -> list[str]:
    """The text character by character as people see them: a letter with its accents, a flag or a
    family of emoji is one, though it takes several code points."""
    return [str(found) for found in _CHARACTER.findall(text)]


def beginning(text: str, longest: int, measure: Callable[[str], int] = len) -> str:
    """As much of a text as measures `longest`, no character cut in two; only one that takes more
    than that by itself is cut, between its code points."""
    if measure(text) <= longest:
        return text
    near = characters(text[: longest + _LOOKED_AHEAD])
    return text[: _fitting(near, longest, measure) or _fitting(text, longest, measure)]


def _fitting(pieces: Iterable[str], longest: int, measure: Callable[[str], int]) -> int:
    """How many code points the pieces have that fit."""
    end, room = 0, longest
    for piece in pieces:
        room -= measure(piece)
        if room < 0:
            break
        end += len(piece)
    return end
