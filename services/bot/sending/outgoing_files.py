"""The files of a message that is about to leave, as far as the store still has them."""

from time import monotonic
from typing import NamedTuple

from structlog import get_logger

from chassis.files.store import FileStore
from contracts.errors import Unavailable
from services.bot.files.enclosures import Shape, read_files
from services.bot.markup import Html
from services.bot.models import OutgoingMessage
from services.bot.sending.telegram_outcomes import OutFile
from services.bot.speech import Speech

PATIENCE_SECONDS = 600.0
"""For so long a message waits for its files, as on their way in."""

log = get_logger()


class OutFiles(NamedTuple):
    """What goes with a message, and how many files were to go that are not to be found."""

    there: tuple[OutFile, ...]
    gone: int

    def told_in(self, text: Html, words: Speech) -> Html:
        """The text, and that files are missing."""
        if not self.gone:
            return text
        note = words.plural("bot.files.gone", self.gone)
        return Html(f"{text}\n{note}".strip())


class Shelf:
    """Reads files out of the store for one sender."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self._refused_since: dict[int, float] = {}
        """By message, on the monotonic clock."""

    def read_out(self, row: OutgoingMessage) -> OutFiles:
        """The files of a message. Raises Unavailable, for a while: a file that cannot be read ever
        again would hold its chat up for ever, so it then counts as gone."""
        named, there, is_refused = read_files(row.files), list[OutFile](), False
        for file in named:
            shape = Shape.DOCUMENT if row.are_documents else file.shape
            try:
                there.append(OutFile(shape, file.name, self._store.read(file.key)))
            except FileNotFoundError:
                continue
            except Unavailable:
                is_refused = True
                since = self._refused_since.setdefault(row.id, monotonic())
                if monotonic() - since < PATIENCE_SECONDS:
                    raise
                log.exception("a file is given up", key=row.key)
        if not is_refused:  # else it is not waited for anew when Telegram does not take it now
            self._refused_since.pop(row.id, None)
        return OutFiles(tuple(there), len(named) - len(there))
