"""The files of a message that is about to leave, as far as the store still has them."""

from typing import NamedTuple

from chassis.files.store import FileStore
from services.bot.files.enclosures import Shape, read_files
from services.bot.markup import Html
from services.bot.models import OutgoingMessage
from services.bot.sending.telegram_outcomes import OutFile
from services.bot.speech import Speech


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


def read_out(store: FileStore, row: OutgoingMessage) -> OutFiles:
    """Raises Unavailable."""
    named, there = read_files(row.files), list[OutFile]()
    for file in named:
        shape = Shape.DOCUMENT if row.are_documents else file.shape
        try:
            there.append(OutFile(shape, file.name, store.read(file.key)))
        except FileNotFoundError:
            continue
    return OutFiles(tuple(there), len(named) - len(there))
