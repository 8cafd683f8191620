"""What Telegram checks about a reply markup. Only inline keyboards come back with a message."""

from typing import Any

from botapi import links
from botapi.errors import bad_request
from botapi.wire import Json, Parameters

MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")
OTHER_BUTTONS = ("web_app", "login_url", "switch_inline_query", "copy_text", "callback_game", "pay")


def read_markup(given: Parameters) -> Json | None:
    """The checked markup; None for an empty inline keyboard, which means no keyboard."""
    if not given.given("reply_markup"):
        return None
    markup = given.structure("reply_markup")
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if any(name in markup for name in OTHER_MARKUPS):
        return markup
    rows = [row for row in _rows(markup.get("inline_keyboard", [])) if row]
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def inline_keyboard(markup: Json | None) -> Json | None:
    return markup if markup and "inline_keyboard" in markup else None


def _rows(value: Any) -> list[list[Json]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    return [[_button(button) for button in row] for row in value]


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if "text" not in button:
        raise bad_request("can't parse inline keyboard button: can't find field \"text\"")
    if not str(button["text"]).strip():
        raise bad_request("keyboard button text must be non-empty")
    if "callback_data" in button:
        _check_data(str(button["callback_data"]))
    elif "url" in button:
        _check_url(str(button["url"]))
    elif not any(name in button for name in OTHER_BUTTONS):
        raise bad_request(
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
        )
    return button


def _check_data(data: str) -> None:
    if not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    if links.checked(url) is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
