"""What a message says, what a ticket is called when nobody named it, what is shown of a text."""

import re
from collections.abc import Iterable, Sequence

from contracts.errors import Invalid
from contracts.texts import beginning, clean_text, is_blank
from contracts.tickets import SUBJECT_LENGTH, TEXT_LENGTH, KeptFile


def said_in(text: str, field: str, attachments: Sequence[object]) -> str:
    """The text, trimmed; empty only beside a file. Raises Invalid naming `field`."""
    try:
        return clean_text(text, field, TEXT_LENGTH)
    except Invalid as refusal:
        if attachments and refusal.details == {field: "empty"}:
            return ""
        raise


def subject_of(description: str, attachments: Sequence[KeptFile] = ()) -> str:
    """The first line of a description with something to read, cut at a word to what a subject may
    hold; without a description the name of the first file."""
    if not description:
        return beginning(attachments[0].name, SUBJECT_LENGTH)
    line = next(line for line in description.splitlines() if not is_blank(line)).strip()
    if len(line) <= SUBJECT_LENGTH:
        return line
    room = beginning(line, SUBJECT_LENGTH - 1)
    head, space, _ = room.rpartition(" ")
    return (head.rstrip() if space else room) + "…"


BEFORE_HIT, AFTER_HIT = 60, 120
"""How many characters of a text are shown around what was looked for."""


def excerpt_around(text: str, words: Iterable[str]) -> str:
    """The part of a text around the first of the words in it, on one line; else its beginning."""
    line = " ".join(text.split())
    pattern = "|".join(re.escape(word) for word in words)
    found = re.search(pattern, line, re.IGNORECASE)
    at = found.start() if found else 0
    begin = _word_begin(line, at - BEFORE_HIT)
    end = at + AFTER_HIT
    return f"{'…' if begin else ''}{line[begin:end].strip()}{'…' if end < len(line) else ''}"


def _word_begin(line: str, at: int) -> int:
    """The beginning of the next word, if one begins soon."""
    if at <= 0:
        return 0
    space = line.find(" ", at, at + BEFORE_HIT // 2)
    return at if space < 0 else space + 1
