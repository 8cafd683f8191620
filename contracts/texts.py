"""What a person may say anywhere in the desk: trimmed, not empty, storable in every database."""

import re
import unicodedata

from contracts.errors import Invalid

INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
"""Categories of characters that leave nothing to read: spaces, controls, invisible formatting."""
SURROGATE = re.compile("[\ud800-\udfff]")


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
    return all(unicodedata.category(char) in INVISIBLE for char in text)
