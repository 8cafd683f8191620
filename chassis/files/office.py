"""What an archive is: a document of an office program, or anything at all.

Only its list of names is read, and no more of it than an honest document has; nothing is unpacked.
"""

import os
from typing import BinaryIO

LIST_BYTES = 2**18
DOCUMENTS = [
    (b"word/document.xml", "wordprocessingml.document"),
    (b"xl/workbook.xml", "spreadsheetml.sheet"),
    (b"ppt/presentation.xml", "presentationml.presentation"),
]
OPEN_DOCUMENTS = ("text", "spreadsheet")
MACROS = (b"vbaProject.bin", b"vbaData.xml", b"Basic/script-lc.xml")
PROGRAMS = (b"META-INF/MANIFEST.MF", b"AndroidManifest.xml")
ARCHIVE = "application/zip"


def kind_of_archive(contents: BinaryIO) -> str | None:
    """The media type; None for a program, and for a document that has programs in it."""
    contents.seek(0)
    beginning = contents.read(200)
    contents.seek(-min(LIST_BYTES, contents.seek(0, os.SEEK_END)), os.SEEK_END)
    names = contents.read()
    if b"PK\x05\x06" not in names or any(name in names for name in (*MACROS, *PROGRAMS)):
        return None
    for kind in OPEN_DOCUMENTS:
        media_type = f"application/vnd.oasis.opendocument.{kind}"
        if f"mimetype{media_type}".encode() + b"PK" in beginning:
            return media_type
    for name, kind in DOCUMENTS:
        if name in names and b"[Content_Types].xml" in names:
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    return ARCHIVE
