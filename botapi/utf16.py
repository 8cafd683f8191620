"""Lengths and offsets in UTF-16 code units, the only unit in which Telegram counts text."""

from itertools import accumulate


def length(text: str) -> int:
    """How many UTF-16 code units the text takes: an emoji outside the basic plane counts two."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def offsets(text: str) -> list[int]:
    """The offset of each character, and one past the last: `offsets(t)[i] == length(t[:i])`."""
    return list(accumulate((1 + (ord(character) > 0xFFFF) for character in text), initial=0))


def cut(text: str, offset: int, units: int) -> str:
    """The part of the text that an entity with this offset and length covers."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * offset : 2 * (offset + units)].decode("utf-16-le", "replace")
