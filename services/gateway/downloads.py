"""A kept file as an answer: in pieces, under a name that harms nobody, never as a page of ours."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import BinaryIO
from urllib.parse import quote

from flask import Request, Response
from structlog import get_logger

from chassis.files.store import FileStore
from contracts.errors import AttachmentNotFound
from contracts.files import ENDINGS, clean_file_name
from contracts.tickets import AttachmentView
from services.gateway.slots import DOWNLOADS, DOWNLOADS_OF_ONE, Slots
from services.gateway.visit import current

CHUNK = 64 * 1024
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show where it stands; the rest it saves."""
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"
CACHING = "private, no-cache"
"""Whoever sits at the same browser next may not read it: the rights are asked for each time, and
the tag saves sending it again."""

log = get_logger()


class Downloads:
    """Gives files out, so many at once."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self._slots = Slots(DOWNLOADS, DOWNLOADS_OF_ONE)

    def answer(self, request: Request, file: AttachmentView) -> Response:
        """The file, or 304 for whoever has it. Raises AttachmentNotFound, Unavailable."""
        response = Response(content_type=_content_type(file))
        _sign(response, file)
        response.set_etag(file.key)
        response.make_conditional(request)
        if response.status_code == 304:
            return response
        if request.method != "HEAD":
            response.response = self._pieces(response, file)
        response.content_length = file.size
        return response

    def _pieces(self, response: Response, file: AttachmentView) -> Iterator[bytes]:
        person = current().caller.sub
        self._slots.take(person)
        try:
            contents = self._opened(file)
        except BaseException:
            self._slots.give_back(person)
            raise
        response.call_on_close(contents.close)
        response.call_on_close(partial(self._slots.give_back, person))
        return iter(lambda: contents.read(CHUNK), b"")

    def _opened(self, file: AttachmentView) -> BinaryIO:
        with suppress(FileNotFoundError):
            return self._store.open(file.key)
        log.error("a file is lost: its contents are not in the store", key=file.key)
        raise AttachmentNotFound("its contents are not in the store")


def _sign(response: Response, file: AttachmentView) -> None:
    response.headers["Content-Disposition"] = _disposition(file)
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Cache-Control"] = CACHING


def _content_type(file: AttachmentView) -> str:
    if file.media_type not in ENDINGS:
        return "application/octet-stream"
    return (
        f"{file.media_type}; charset=utf-8" if file.media_type == "text/plain" else file.media_type
    )


def _disposition(file: AttachmentView) -> str:
    """RFC 6266: a name that everybody can read, and the one it has."""
    kind = "inline" if file.media_type in SHOWN else "attachment"
    name = clean_file_name(file.name, file.media_type)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
