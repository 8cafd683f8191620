"""A chat as a page that is as wide as a phone. Pure: messages in, HTML out, nothing loaded."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from html import escape
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

from botapi.sights import Button, ChatMessage
from docs.drawing.album import Shot

ZONE = ZoneInfo("Europe/Moscow")
UNIT = 2
"""Bytes of one UTF-16 unit, in which Telegram counts."""

STYLE = """
* { box-sizing: border-box; margin: 0 }
body { width: 390px; background: #d5e3d0; font: 400 15px/1.36 Manrope, "Noto Color Emoji" }
header { background: #2f6ea5; color: #fff; padding: 10px 16px; font-weight: 600; font-size: 16px }
main { padding: 10px 8px 12px; display: flex; flex-direction: column; gap: 8px }
article { align-self: flex-start; width: fit-content; max-width: 350px }
article.own { align-self: flex-end }
.bubble { background: #fff; border-radius: 14px; padding: 7px 11px 6px; overflow: hidden }
.own .bubble { background: #e6fbd0 }
.name { color: #b4522d; font-weight: 600; font-size: 14px }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
.quote { border-left: 3px solid #2f6ea5; padding: 1px 8px; margin-bottom: 4px; font-size: 13px;
  color: #4b5a66; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
img { display: block; width: calc(100% + 22px); max-width: none; margin: -7px -11px 6px }
time { display: block; text-align: right; font-size: 11.5px; color: #7a8a83 }
.bold { font-weight: 600 }
.italic { font-style: italic }
.underline { text-decoration: underline }
.strikethrough { text-decoration: line-through }
.bot_command, .url, .text_link, .mention, .hashtag { color: #1f6fb2 }
.code, .pre { font-family: monospace }
.blockquote { border-left: 3px solid #2f6ea5; padding-left: 6px }
.row { display: flex; gap: 4px; margin-top: 4px }
.row span { flex: 1; background: #6d8f7d; color: #fff; border-radius: 9px; padding: 7px 5px;
  text-align: center; font-weight: 600; font-size: 13.5px; line-height: 1.25 }
"""


def page(shot: Shot) -> str:
    """The whole document."""
    told = {message.id: message for message in shot.messages}
    shown = "".join(_message(shot, message, told) for message in shot.messages)
    return (
        f'<!doctype html><html lang="ru"><meta charset="utf-8"><style>{_fonts()}{STYLE}</style>'
        f"<body><header>{escape(shot.title)}</header><main>{shown}</main></body></html>"
    )


def marked_up(message: ChatMessage) -> str:
    """The text with what Telegram marks in it."""
    whole = message.text.encode("utf-16-le")
    spans = [
        (one["offset"], one["offset"] + one["length"], one["type"]) for one in message.entities
    ]
    edges = sorted({0, len(whole) // UNIT, *(edge for span in spans for edge in span[:2])})
    parts = []
    for begin, end in pairwise(edges):
        text = escape(whole[begin * UNIT : end * UNIT].decode("utf-16-le"))
        kinds = [kind for start, stop, kind in spans if start <= begin and end <= stop]
        parts.append(f'<span class="{" ".join(kinds)}">{text}</span>' if kinds else text)
    return "".join(parts)


def _message(shot: Shot, message: ChatMessage, told: dict[int, ChatMessage]) -> str:
    is_own = message.author_id == shot.viewer
    quoted = told.get(message.reply_to or 0)
    parts = [
        _picture(shot.files.get(message.id)),
        f'<div class="quote">{escape(_first_line(quoted))}</div>' if quoted else "",
        f'<div class="text">{_file(message)}{marked_up(message)}</div>',
        f"<time>{_time(shot, message)}</time>",
    ]
    buttons = "".join(_row(row) for row in message.rows)
    owned = ' class="own"' if is_own else ""
    return f'<article{owned}><div class="bubble">{"".join(parts)}</div>{buttons}</article>'


def _picture(data: bytes | None) -> str:
    if data is None:
        return ""
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    return f'<img src="data:image/{kind};base64,{b64encode(data).decode()}">'


def _file(message: ChatMessage) -> str:
    """A file that is no picture, by its name."""
    if message.file is None or message.photo is not None:
        return ""
    return f"📎 {escape(message.file.name or message.file.kind)}\n"


def _row(row: tuple[Button, ...]) -> str:
    shown = "".join(f"<span>{escape(button.text)}</span>" for button in row)
    return f'<div class="row">{shown}</div>'


def _time(shot: Shot, message: ChatMessage) -> str:
    at = datetime.fromtimestamp(message.sent_at, UTC) + timedelta(seconds=shot.clock)
    edited = "изменено " if message.edited_at is not None and not message.is_from_bot else ""
    return f"{edited}{at.astimezone(ZONE):%H:%M}"


def _first_line(message: ChatMessage) -> str:
    return message.text.partition("\n")[0] or "Фото"


def _fonts() -> str:
    """The type that the charts have too, so that every machine draws alike."""
    faces = {400: "Manrope-Regular.ttf", 600: "Manrope-SemiBold.ttf"}
    return "".join(_face(weight, name) for weight, name in faces.items())


def _face(weight: int, name: str) -> str:
    data = b64encode(files("font_manrope").joinpath("files", name).read_bytes()).decode()
    source = f"url(data:font/ttf;base64,{data})"
    return f"@font-face {{ font-family: Manrope; font-weight: {weight}; src: {source} }}"
