"""What a file is, told by its contents alone.

What is not recognised is nothing that may be kept: there is no guess, and a name has no say.
"""

import codecs
import re
from typing import BinaryIO

from chassis.files.office import kind_of_archive

HEAD = 4096
CHUNK = 2**20
TEXT = "text/plain"
SIGNATURES: list[tuple[int, bytes, str]] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS\0", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (4, b"ftyp", "video/mp4"),
]
"""The offset, the bytes there, the kind. Families that share one are looked into below."""
BRANDS = {
    "image/heic": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"),
    "video/quicktime": (b"qt  ",),
    "audio/mp4": (b"M4A ", b"M4B ", b"M4P "),
}
"""The first brand of a file that begins with `ftyp`; what has none of these is a film."""
FILMS = (b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash", b"3gp", b"mmp4")
MP3_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]", re.DOTALL)
"""Layer III, with a bit rate that exists."""
MARKUP = re.compile(
    rb"\s*<(\?xml|!doctype|!--|(html|head|body|script|style|svg|iframe|img|div|p|br|table|title"
    rb"|meta|link|object|embed|form|math|a|b|i|h[1-6])[\s/>])",
    re.IGNORECASE,
)
"""A page or a drawing, which whoever opens it would carry out."""
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
"""Characters that no text has; tabs, line and page breaks and coloured terminals are texts."""


def kind_of(contents: BinaryIO) -> str | None:
    """The media type of what is recognised, else None. Leaves the stream anywhere."""
    contents.seek(0)
    head = contents.read(HEAD)
    signed = next((kind for at, sign, kind in SIGNATURES if head.startswith(sign, at)), None)
    if signed is not None:
        return _looked_into(signed, head, contents)
    if MP3_FRAME.match(head):
        return "audio/mpeg"
    return TEXT if _is_plain_text(head, contents) else None


def _looked_into(kind: str, head: bytes, contents: BinaryIO) -> str | None:
    """The member of the family, or None for one that nobody may send."""
    match kind:
        case "video/mp4":
            return _by_brand(head[8:12])
        case "video/webm":
            return kind if b"webm" in head[:64] else None
        case "image/webp" | "audio/wav":
            return kind if head.startswith(b"RIFF") else None
        case "application/zip":
            return kind_of_archive(contents)
    return kind


def _by_brand(brand: bytes) -> str | None:
    for kind, brands in BRANDS.items():
        if brand in brands:
            return kind
    return "video/mp4" if brand.startswith(FILMS) else None


def _is_plain_text(head: bytes, contents: BinaryIO) -> bool:
    """UTF-8 from end to end, without characters that no text has, and no page or script."""
    if MARKUP.match(head.removeprefix(codecs.BOM_UTF8)) or head.startswith(b"#!"):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    contents.seek(0)
    try:
        while chunk := contents.read(CHUNK):
            if CONTROLS.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
