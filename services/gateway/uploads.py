"""From a request that may have files to a form and files that are kept.

The files are in the store before the service that names them is asked; their contents are part of
the command, so that a repeat with another file is no repeat.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from chassis.files.folder import refuse_full_disk
from chassis.files.intake import Intake, Kept
from contracts.desk import AttachmentRules
from contracts.errors import FileEmpty, FileKindRefused, FileTooLarge, Unavailable
from contracts.files import clean_file_name
from contracts.tickets import KeptFile
from services.gateway.bodies import NotJson, NotMultipart, parse_json
from services.gateway.faults import Fault, Faulty, presentable
from services.gateway.forms import Form
from services.gateway.limiter import Limiter
from services.gateway.multipart import MultipartReader, SentFile, SentForm
from services.gateway.reading import (
    LARGEST_BODY,
    OtherForm,
    parsed,
    read_body,
    refuse_packed,
    refuse_query,
)
from services.gateway.slots import UPLOADS, UPLOADS_OF_ONE, Slots
from services.gateway.visit import current

Wanted = TypeVar("Wanted", bound=Form)

MULTIPART = "multipart/form-data"
FILES = "attachments"
AS_JSON = "context"
"""The field that is an object: as text, JSON."""
LONGEST_BOUNDARY = 200
SILENCE_SECONDS = 20.0
"""How long a sender may say nothing in the middle of a file."""


class RefusedFile(Exception):
    """One of the files cannot be kept; `faults` say which, and `code` why."""

    def __init__(self, code: str, fault: Fault) -> None:
        super().__init__(f"{fault.field}: {code}")
        self.code = code
        self.faults = [fault]


class TooMuch(Exception):
    """The form with all its files is larger than the largest that could be right."""

    def __init__(self, rules: AttachmentRules) -> None:
        super().__init__("too much")
        self.values = {"at_once": rules.at_once, "megabytes": rules.largest_megabytes}


class Uploads:
    """Takes in what comes with one kind of rules, to one store; `spool` is where it waits."""

    def __init__(
        self, intake: Intake, rules: AttachmentRules, limiter: Limiter, spool: Path
    ) -> None:
        self._intake = intake
        self._rules = rules
        self._limiter = limiter
        self._spool = spool
        self._slots = Slots(UPLOADS, UPLOADS_OF_ONE)

    def read(
        self, request: Request, form: type[Wanted], with_files: type[Wanted]
    ) -> tuple[Wanted, list[KeptFile]]:
        """The form, and the files that came with it, kept. A body of JSON has none.

        Raises what read_body does, NotMultipart, RefusedFile, TooMuch, TooOften, Unavailable.
        """
        if request.mimetype != MULTIPART:
            return self._read_json(request, form), []
        refuse_query(request)
        refuse_packed(request)
        person = current().caller.sub
        with self._slots.taken(person), self._sent(request) as sent:
            files = self._files_in(sent)
            if files:
                self._limiter.count_upload(person, sum(file.size for file in files))
            read = parsed(with_files if files else form, _fields_in(sent))
            kept = self._kept(files)
        current().begin_anew()  # sending and keeping may have taken longer than answering may
        return read, kept

    @staticmethod
    def _read_json(request: Request, form: type[Wanted]) -> Wanted:
        if not request.is_json:
            raise OtherForm(presentable(request.mimetype))
        return read_body(request, form)

    @contextmanager
    def _sent(self, request: Request) -> Iterator[SentForm]:
        boundary = request.mimetype_params.get("boundary", "")
        if not 0 < len(boundary) <= LONGEST_BOUNDARY or not boundary.isascii():
            raise NotMultipart("its Content-Type names no boundary")
        most = self._rules.at_once * self._rules.largest_bytes + 2 * LARGEST_BODY
        if (request.content_length or 0) > most:
            raise TooMuch(self._rules)
        request.max_content_length = most
        reader = MultipartReader(
            boundary,
            largest_text=LARGEST_BODY,
            largest_file=self._rules.largest_bytes,
            most_files=self._rules.at_once,
            spool=self._spool,
        )
        try:
            self._spool.mkdir(parents=True, exist_ok=True)
            refuse_full_disk(self._spool)
            with _impatiently(request):
                form = reader.read(cast(BinaryIO, request.stream))
        except RequestEntityTooLarge:
            raise TooMuch(self._rules) from None
        except OSError as error:
            raise Unavailable(f"there is no room for what is sent: {error.strerror}") from error
        try:
            yield form
        finally:
            form.close()

    def _files_in(self, sent: SentForm) -> list[SentFile]:
        """Those that somebody chose: a field left empty is sent as a file without a name."""
        files = [file for file in sent.files if file.name or file.size]
        others = [file.field for file in files if file.field != FILES]
        if others:
            raise Faulty([Fault(presentable(name), "unknown") for name in others])
        if len(files) > self._rules.at_once:
            raise Faulty([Fault(FILES, "too_many_files", {"most": self._rules.at_once})])
        return files

    def _kept(self, files: list[SentFile]) -> list[KeptFile]:
        """All of them, or none when one is refused."""
        checked = [self._checked(number, file) for number, file in enumerate(files)]
        return [
            _named(file, self._intake.keep(file.contents, as_checked))
            for file, as_checked in zip(files, checked, strict=True)
        ]

    def _checked(self, number: int, file: SentFile) -> Kept:
        """Raises RefusedFile in words for whoever sent it."""
        if file.size > self._rules.largest_bytes:  # what is left of it is empty
            raise self._refused(number, file, FileTooLarge.code)
        try:
            return self._intake.check(file.contents)
        except (FileEmpty, FileTooLarge, FileKindRefused) as refusal:
            raise self._refused(number, file, refusal.code) from None

    def _refused(self, number: int, file: SentFile, code: str) -> RefusedFile:
        name = clean_file_name(file.name, "")
        values = {"name": name, "megabytes": self._rules.largest_megabytes}
        return RefusedFile(code, Fault(f"{FILES}.{number}", code, values))


def _named(file: SentFile, kept: Kept) -> KeptFile:
    return KeptFile(name=file.name, **kept._asdict())


def _fields_in(sent: SentForm) -> dict[str, Any]:
    """As JSON would have them. An empty field is one that was not filled in."""
    names = Counter(name for name, _ in sent.texts)
    twice = [name for name, count in names.items() if count > 1]
    faults = [Fault(presentable(name), "twice") for name in twice]
    faults += [Fault(FILES, "no_file")] if FILES in names else []
    if faults:
        raise Faulty(faults)
    fields: dict[str, Any] = {name: text for name, text in sent.texts if text != ""}
    if AS_JSON in fields:
        fields[AS_JSON] = _object(fields[AS_JSON])
    return fields


def _object(text: str) -> Any:
    try:
        return parse_json(text.encode())
    except NotJson:
        raise Faulty([Fault(AS_JSON, "not_json")]) from None


@contextmanager
def _impatiently(request: Request) -> Iterator[None]:
    """Do not wait for ever for a sender that has fallen silent; the server itself would."""
    line = request.environ.get("gunicorn.socket")
    if line is None:
        yield
        return
    patience = line.gettimeout()
    line.settimeout(SILENCE_SECONDS)
    try:
        yield
    finally:
        line.settimeout(patience)
