"""A Telegram message as lines of a terminal: plain text, colour when there is one to see it."""

from itertools import count
from pathlib import Path

from botapi import utf16
from botapi.sights import ChatMessage

_RESET = "\033[0m"
_STYLES = {
    "bold": "\033[1m",
    "italic": "\033[3m",
    "underline": "\033[4m",
    "strikethrough": "\033[9m",
    "code": "\033[36m",
    "pre": "\033[36m",
    "bot_command": "\033[34m",
    "spoiler": "\033[2m",
}


def rendered(message: ChatMessage, *, in_colour: bool, saved: Path | None = None) -> str:
    """The whole message with its buttons numbered, as `#1` presses them, and where its file is."""
    text = _styled(message) if in_colour else message.text
    links = [f"  <{each['url']}>" for each in message.entities if each["type"] == "text_link"]
    edited = " (edited)" if message.edited_at else ""
    head = f"{message.author}{edited}: {text}".rstrip()
    return "\n".join([head, *links, *_file(message, saved), *_rows(message)])


def _file(message: ChatMessage, saved: Path | None) -> list[str]:
    if message.file is None:
        return []
    told = [message.file.kind.replace("_", " ")]
    if message.photo is not None:
        told.append(f"{message.photo.width}×{message.photo.height}")
    if message.file.name:
        told.append(message.file.name)
    return [f"  [{' '.join(told)}, saved as {saved}]" if saved else f"  [{' '.join(told)}]"]


def _rows(message: ChatMessage) -> list[str]:
    numbers = count(1)
    return [
        "  " + " ".join(f"[{next(numbers)}] {button.text}" for button in row)
        for row in message.rows
    ]


def _styled(message: ChatMessage) -> str:
    """Switch styles at the edges of entities, which may lie within each other."""
    offsets = utf16.offsets(message.text)
    parts = []
    worn: list[str] = []
    for offset, character in zip(offsets, message.text, strict=False):
        wanted = _styles_at(message, offset)
        if wanted != worn:
            parts.append(_RESET + "".join(wanted))
            worn = wanted
        parts.append(character)
    return "".join(parts) + (_RESET if worn else "")


def _styles_at(message: ChatMessage, offset: int) -> list[str]:
    return [
        _STYLES[entity["type"]]
        for entity in message.entities
        if entity["type"] in _STYLES
        and entity["offset"] <= offset < entity["offset"] + entity["length"]
    ]
