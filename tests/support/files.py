"""Small files of every kind, as programs write them, and some that are not what they seem."""

import io
import wave
import zipfile

from PIL import Image

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


def image(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (9, 6), "navy").save(kept, kind)
    return kept.getvalue()


def archive(*names: str, first: str = "") -> bytes:
    """`first` is the contents of a member `mimetype`, which is not compressed."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        if first:
            made.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            made.writestr(name, "text " * 50)
    return kept.getvalue()


def office(part: str, *more: str) -> bytes:
    return archive("[Content_Types].xml", "_rels/.rels", part, *more)


def sound() -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\0" * 800)
    return kept.getvalue()


def film(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\2\0isomiso2" + b"\0\0\0\x08free" + b"\0" * 64


ACCEPTED: dict[str, bytes] = {
    "image/png": image("PNG"),
    "image/jpeg": image("JPEG"),
    "image/gif": image("GIF"),
    "image/webp": image("WEBP"),
    "image/heic": film(b"heic"),
    "video/mp4": film(b"isom"),
    "video/quicktime": film(b"qt  "),
    "video/webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\x82\x84webm"
    + b"\0" * 64,
    "audio/mp4": film(b"M4A "),
    "audio/mpeg": b"\xff\xfb\x90\x64" + b"\0" * 413,
    "audio/ogg": b"OggS\0\2" + b"\0" * 20 + b"\1\x13OpusHead\1\1" + b"\0" * 64,
    "audio/wav": sound(),
    "application/pdf": b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n",
    f"{OOXML}wordprocessingml.document": office("word/document.xml"),
    f"{OOXML}spreadsheetml.sheet": office("xl/workbook.xml"),
    f"{OOXML}presentationml.presentation": office("ppt/presentation.xml"),
    f"{ODF}text": archive("content.xml", first=f"{ODF}text"),
    f"{ODF}spreadsheet": archive("content.xml", first=f"{ODF}spreadsheet"),
    "application/zip": archive("app.log"),
    "text/plain": "Журнал: ошибка 500 \U0001f600\n\tв строке 7\r\n".encode(),
}
"""One of each kind that the desk can tell."""

REFUSED: dict[str, bytes] = {
    "a page": b"\n <!DOCTYPE html><html><script>alert(1)</script></html>",
    "a page without a head": b"<script>alert(1)</script>",
    "a page behind a byte order mark": b"\xef\xbb\xbf<html><body>x</body></html>",
    "a page in UTF-16": "<html><script>alert(1)</script></html>".encode("utf-16"),
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a drawing with a declaration": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "a program for Windows": b"MZ\x90\0\3\0\0\0" + b"\0" * 200,
    "a program for Linux": b"\x7fELF\2\1\1" + b"\0" * 200,
    "a script": b"#!/bin/sh\nrm -rf ~\n",
    "a program for Java": archive("META-INF/MANIFEST.MF", "Main.class"),
    "a document with macros": office("word/document.xml", "word/vbaProject.bin"),
    "an archive cut off": archive("a.txt")[:60],
    "a text in another encoding": "Привет".encode("cp1251"),
    "a text with a NUL": b"Hello\0there",
    "a coloured sheet without a picture": b"RIFF\x24\0\0\0AVI LIST",
    "a film of a brand nobody knows": film(b"xxxx"),
    "another Matroska film": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska" + b"\0" * 64,
    "a gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "nothing but zeros": b"\0" * 100,
}
