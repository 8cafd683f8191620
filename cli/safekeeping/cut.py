"""Fixes all databases at one moment, so that none knows of something another has yet to do.

While every database is held, nothing comes into any of them from outside: no event is taken in,
no command carried out. What was taken in before was committed before by whoever sent it, so the
states looked at in that moment fit together. It takes milliseconds; the copying comes afterwards,
from what was looked at, and holds up nobody.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy.orm import Session

from cli.trouble import Trouble

HOLD_SECONDS = 0.25
"""How long to wait for one database. Whoever wants to write waits behind us meanwhile, and gives
up after a second (`chassis.storage.database`)."""
HOLD_ALL_SECONDS = 0.5
PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.3


Kind = Literal["sqlite", "postgresql"]


class Busy(Exception):
    """The database could not be held in time; others go first."""


class Source(Protocol):
    """One process' database, to be copied while the process works."""

    process: str
    kind: Kind

    def hold(self) -> None:
        """Keep everything from outside out, until `let_go`. Raises Busy."""

    def look(self) -> None:
        """Fix the state that `session` shows and `copy` copies."""

    def let_go(self) -> None:
        """Hold nobody up any more; without a hold this does nothing."""

    @property
    def session(self) -> Session: ...

    def copy(self, file: Path) -> None:
        """Write the state into a file, and look whether it can be read again. Raises Trouble."""

    def close(self) -> None:
        """Let go of everything; once more does nothing."""


def take_cut(sources: Sequence[Source]) -> float:
    """Have all of them look at the same moment; for how many seconds they were held.

    Raises Trouble when one cannot be held for a minute.
    """
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return _try_once(sources)
        except Busy as busy:
            if time.monotonic() > give_up_at:
                raise Trouble(
                    f"The database of {busy} was busy for a minute (a migration, a long write or "
                    "a vacuum): try again later."
                ) from None
        time.sleep(_PAUSE_SECONDS)  # whoever keeps it busy does not say when they are done


def _try_once(sources: Sequence[Source]) -> float:
    began = time.monotonic()
    try:
        for source in sources:
            source.hold()
            if time.monotonic() - began > HOLD_ALL_SECONDS:
                raise Busy(source.process)
        for source in sources:
            source.look()
    finally:
        for source in sources:
            source.let_go()
    return time.monotonic() - began
