"""From what a caller sent to what a chat shows: cleaned, parsed, trimmed, measured."""

from typing import Any

from botapi import html, utf16
from botapi.detection import detect
from botapi.entities import Entity, FormattedText, in_order
from botapi.errors import bad_request

MAX_UNITS = 4096
MAX_CAPTION_UNITS = 1024

# Telegram shows a control character as a space and drops a carriage return.
CONTROLS: dict[int, str | None] = {code: " " for code in range(32) if code != ord("\n")}
CONTROLS[ord("\r")] = None
NOTHING = frozenset(
    " \n\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u200c\u200d\u200e\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc"
) | {chr(code) for code in range(0xE0000, 0xE0080)}
"""What Telegram takes for nothing: a text of nothing else is no text."""


def format_text(source: str, parse_mode: str, entities: Any) -> FormattedText:
    """The text of a message with its entities. The limit counts units after parsing."""
    if not source:
        raise bad_request("message text is empty")
    formatted = _parsed(_cleaned(source), parse_mode, entities).trimmed()
    if NOTHING.issuperset(formatted.text):
        raise bad_request("text must be non-empty")
    if utf16.length(formatted.text) > MAX_UNITS:
        raise bad_request("message is too long")
    return detect(formatted)


def format_caption(source: str, parse_mode: str, entities: Any) -> FormattedText:
    """The words under a picture, which may be none."""
    formatted = _parsed(_cleaned(source), parse_mode, entities).trimmed()
    if utf16.length(formatted.text) > MAX_CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return detect(formatted)


def _cleaned(source: str) -> str:
    try:
        source.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return source.translate(CONTROLS)


def _parsed(source: str, parse_mode: str, entities: Any) -> FormattedText:
    match parse_mode.lower():
        case "html":
            return html.parse(source)
        case "":
            return FormattedText(source, _given(entities))
        case _:
            raise bad_request("unsupported parse_mode")


def _given(entities: Any) -> tuple[Entity, ...]:
    if not entities:
        return ()
    try:
        return in_order([Entity.from_json(value) for value in entities])
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse entities: wrong MessageEntity specified") from None
