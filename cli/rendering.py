"""A Telegram message as lines of a terminal: plain text, colour when there is one to see it."""

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


def rendered(message: ChatMessage, *, in_colour: bool) -> str:
    """The whole message with its buttons numbered, as `#1` presses them."""
    text = _styled(message) if in_colour else message.text
    links = [f"  <{each['url']}>" for each in message.entities if each["type"] == "text_link"]
    buttons = " ".join(
        f"[{number}] {button.text}" for number, button in enumerate(message.buttons, start=1)
    )
    edited = " (edited)" if message.edited_at else ""
    parts = [f"{message.author}{edited}: {text}", *links, *([f"  {buttons}"] if buttons else [])]
    return "\n".join(parts)


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
