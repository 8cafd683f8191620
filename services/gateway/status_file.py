"""The last known public status on disk, shared by the workers of this host.

Whoever reads it sees one whole version, whatever happens to whoever writes.
"""

import os
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ValidationError
from structlog import get_logger

from contracts.event import Instant
from contracts.incidents import StatusView
from services.gateway.status_board import STALE_AFTER, Knowledge

CONFIRM_EVERY = timedelta(seconds=10)
"""How much older the file's confirmation may be than what is known."""

log = get_logger()


class _Saved(BaseModel):
    view: StatusView
    confirmed_at: Instant


class StatusFile:
    """Reads and replaces the file. A disk that fails costs memory across restarts, nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Knowledge | None:
        """What was saved last, None when there is nothing that can be read."""
        try:
            saved = _Saved.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            log.warning("the saved status cannot be read", error=str(error))
            return None
        return Knowledge(saved.view, saved.confirmed_at)

    def save(self, known: Knowledge) -> None:
        """Save what is newer than the file, or was confirmed a good while after it."""
        if known.view is None or known.confirmed_at is None or not self._is_news(known):
            return
        saved = _Saved(view=known.view, confirmed_at=known.confirmed_at)
        try:
            self._replace(saved.model_dump_json().encode())
        except OSError as error:
            log.warning("the status cannot be saved", error=str(error))

    def _is_news(self, known: Knowledge) -> bool:
        saved = self.read()
        if saved is None or saved.confirmed_at is None or known.confirmed_at is None:
            return True
        if saved.confirmed_at - known.confirmed_at >= STALE_AFTER:  # the clock was set back
            return True
        return (
            known.version > saved.version or known.confirmed_at - saved.confirmed_at > CONFIRM_EVERY
        )

    def _replace(self, content: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Every worker has a name of its own for what is not finished yet.
        unfinished = self._path.with_suffix(f".{os.getpid()}.tmp")
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
