"""The kinds of files that people may send each other, and what a file is called.

The kinds are known here by name only; `chassis.files.kinds` tells them by their contents.
"""

import re
import unicodedata

NAME_LENGTH = 200
ENDINGS = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov", "qt"),
    "video/webm": ("webm",),
    "audio/mp4": ("m4a",),
    "audio/mpeg": ("mp3",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/wav": ("wav",),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/zip": ("zip",),
    "text/plain": ("txt", "log", "csv", "tsv", "md", "json", "ini", "cfg", "yaml", "yml", "srt"),
}
"""Every kind that the desk can tell by its contents, with the endings that a name may have. None
of them is carried out, or drawn as a page, by whoever opens it."""

FORBIDDEN = re.compile(r'[<>:"|?*]')
"""What Windows takes in no name."""


def clean_file_name(name: str, media_type: str) -> str:
    """What the person called it, made harmless: no folders, nothing invisible that could turn the
    letters round, an ending that says what it is. Cleaning what is clean changes nothing."""
    base = re.split(r"[/\\]", name)[-1]
    seen = "".join(char for char in base if char.isspace() or unicodedata.category(char)[0] != "C")
    joined = unicodedata.normalize("NFC", seen)  # now, since what was invisible stood between
    stem, ending = _split(FORBIDDEN.sub("_", " ".join(joined.split())).strip(" ."))
    endings = ENDINGS.get(media_type, (ending.lower(),))
    if ending.lower() not in endings:
        stem, ending = f"{stem}.{ending}".rstrip("."), endings[0]
    room = NAME_LENGTH - len(ending) - 1
    stem = stem[:room].strip(" .") or "file"
    return f"{stem}.{ending}" if ending else stem


def _split(name: str) -> tuple[str, str]:
    """The name without its ending, and the ending, which may be empty."""
    found = re.fullmatch(r"(.*)\.([A-Za-z0-9]{1,10})", name)
    return (found[1], found[2]) if found else (name, "")
