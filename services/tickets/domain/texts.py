"""What may be said in a ticket: trimmed, not empty, and storable in every database."""

import re

from contracts.errors import Invalid
from contracts.tickets import SUBJECT_LENGTH, TEXT_LENGTH

SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str, field: str, longest: int = TEXT_LENGTH) -> str:
    """The text without white space around it. Raises Invalid naming `field` and the matter."""
    if "\0" in text or SURROGATE.search(text):
        raise Invalid("the text has characters that cannot be stored", {field: "bad_characters"})
    trimmed = text.strip()
    if not trimmed:
        raise Invalid("the text is empty", {field: "empty"})
    if len(trimmed) > longest:
        raise Invalid(f"the text is longer than {longest} characters", {field: "too_long"})
    return trimmed


def subject_of(description: str) -> str:
    """The first line of a description, cut at a word to what a subject may hold."""
    line = description.strip().splitlines()[0].strip()
    if len(line) <= SUBJECT_LENGTH:
        return line
    room = line[: SUBJECT_LENGTH - 1]
    head, space, _ = room.rpartition(" ")
    return (head.rstrip() if space else room) + "…"
