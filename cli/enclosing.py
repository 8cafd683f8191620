"""Files that a person sends from the terminal, and what Telegram's app would make of each."""

import mimetypes
import re
from pathlib import Path

from botapi.sights import Enclosed
from botapi.wire import FileKind

SEND = "/file"
USAGE = f"{SEND} PATH [PATH …] [words under it]: quote a path with spaces in it."
_KINDS: dict[str, FileKind] = {
    ".jpg": "photo",
    ".jpeg": "photo",
    ".png": "photo",
    ".mp4": "video",
    ".gif": "animation",
    ".ogg": "voice",
    ".oga": "voice",
    ".mp3": "audio",
    ".m4a": "audio",
    ".webp": "sticker",
}
"""Anything else goes as a document."""
_BEGINNINGS = {
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF8": ".gif",
    b"%PDF": ".pdf",
    b"OggS": ".oga",
}
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_WORD = re.compile(r'(?:"([^"]*)"|(\S+))(.*)\Z', re.DOTALL)


class NoSuchFile(Exception):
    """There is nothing to send under that name."""


def enclosed(argument: str) -> list[Enclosed]:
    """The files that a line names first; words after them go under the first. Raises NoSuchFile."""
    paths = list[Path]()
    rest = argument.strip()
    while rest:
        word, left = _first_word(rest)
        path = Path(word).expanduser()
        if not path.is_file():
            break
        paths.append(path)
        rest = left
    if not paths:
        named = _first_word(argument.strip())[0] if argument.strip() else ""
        raise NoSuchFile(f"There is no file {named!r}. {USAGE}" if named else f"Usage: {USAGE}")
    captions = [rest, *[""] * (len(paths) - 1)]
    return [_read(path, words) for path, words in zip(paths, captions, strict=True)]


def suffix_of(data: bytes, name: str | None) -> str:
    """How the name of a saved file ends: as its sender's did, or told by how the file begins."""
    if _SUFFIX.fullmatch(named := Path(name or "").suffix):
        return named.lower()
    found = (suffix for begin, suffix in _BEGINNINGS.items() if data.startswith(begin))
    return ".mp4" if data[4:8] == b"ftyp" else next(found, ".bin")


def _first_word(text: str) -> tuple[str, str]:
    found = _WORD.match(text)
    assert found is not None
    quoted, bare, rest = found.groups()
    return (bare if quoted is None else quoted), rest.strip()


def _read(path: Path, caption: str) -> Enclosed:
    kind = _KINDS.get(path.suffix.lower(), "document")
    mime_type = mimetypes.guess_type(path.name)[0] or ""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NoSuchFile(f"{path} cannot be read: {error.strerror}.") from None
    return Enclosed(kind, data, caption, path.name, mime_type)
