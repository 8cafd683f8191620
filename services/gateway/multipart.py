"""The body of a form with files, read strictly and within bounds: what is small stays in memory,
what is larger goes to the disk while it comes, and what is too large goes nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from services.gateway.bodies import NotMultipart, NotUtf8

CHUNK = 64 * 1024
IN_MEMORY = 256 * 1024
"""Of a file; what is larger is on the disk."""
MOST_PARTS = 100


@dataclass
class SentFile:
    """One file as it came. Of one that is larger than anybody may send, `contents` are cut."""

    field: str
    name: str
    contents: BinaryIO
    size: int = 0


@dataclass
class SentForm:
    """What came: texts and files, each under the name of its field, in their order."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    files: list[SentFile] = field(default_factory=list)

    def close(self) -> None:
        """Let go of what is on the disk."""
        for file in self.files:
            file.contents.close()


class MultipartReader:
    """Reads one body. `largest_text` bounds all texts together, `largest_file` each file, in bytes;
    files that are too large, or too many, are read to their end and not kept."""

    def __init__(
        self, boundary: str, *, largest_text: int, largest_file: int, most_files: int, spool: Path
    ) -> None:
        self._decoder = MultipartDecoder(
            boundary.encode(), max_form_memory_size=largest_text, max_parts=MOST_PARTS
        )
        self._text_left = largest_text
        self._largest_file = largest_file
        self._most_files = most_files
        self._spool = spool
        self._form = SentForm()
        self._text: tuple[str, bytearray] | None = None

    def read(self, body: BinaryIO) -> SentForm:
        """Raises NotMultipart, NotUtf8, RequestEntityTooLarge."""
        try:
            for event in self._events(body):
                self._take(event)
        except BaseException:
            self._form.close()
            raise
        return self._form

    def _events(self, body: BinaryIO) -> Iterator[Event]:
        try:
            while chunk := body.read(CHUNK):
                self._decoder.receive_data(chunk)
                yield from self._decoded()
            self._decoder.receive_data(None)
            yield from self._decoded()
        except ValueError:
            raise NotMultipart("a boundary or a header of a part is missing or broken") from None

    def _decoded(self) -> Iterator[Event]:
        while not isinstance(event := self._decoder.next_event(), NeedData):
            yield event
            if isinstance(event, Epilogue):
                return

    def _take(self, event: Event) -> None:
        match event:
            case Field(name=None) | File(name=None):
                raise NotMultipart("a part has no name")
            case Field(name=name):
                self._text = (name, bytearray())
            case File(name=name, filename=filename):
                self._text = None
                self._form.files.append(SentFile(name, filename, self._place()))
            case Data(data=data) if self._text is not None:
                self._take_text(data, is_end=not event.more_data)
            case Data(data=data) if self._form.files:
                self._take_contents(self._form.files[-1], data)

    def _take_text(self, data: bytes, *, is_end: bool) -> None:
        assert self._text is not None, "a text has begun"
        name, text = self._text
        self._text_left -= len(data)
        if self._text_left < 0:
            raise RequestEntityTooLarge
        text += data
        if is_end:
            self._form.texts.append((name, _as_text(bytes(text))))

    def _take_contents(self, file: SentFile, data: bytes) -> None:
        file.size += len(data)
        is_wanted = len(self._form.files) <= self._most_files
        if is_wanted and file.size <= self._largest_file:
            file.contents.write(data)
        else:
            file.contents.truncate(0)

    def _place(self) -> BinaryIO:
        return cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY, dir=str(self._spool)))


def _as_text(text: bytes) -> str:
    """Browsers send each line break of a form as two characters."""
    try:
        return text.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NotUtf8(f"byte {error.start} of a field is not UTF-8") from None
