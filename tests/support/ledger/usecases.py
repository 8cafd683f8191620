"""What the ledger does."""

import os
import signal
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.contextvars import get_contextvars

from chassis.events.outbox import announce
from contracts.errors import Conflict
from tests.support.ledger.messages import Book, Booked, EntryView, booked
from tests.support.ledger.rows import Entry, Tally


def book(session: Session, command: Book, now: datetime) -> EntryView:
    """Write it down and tell it. `refused` is refused after everything has been written."""
    entry = Entry(text=command.text)
    session.add(entry)
    session.flush()
    announce(session, booked(command.text))
    if command.text == "refused":
        raise Conflict("the ledger does not want it")
    return EntryView(id=entry.id, text=entry.text)


def count(session: Session) -> int:
    """How many entries there are."""
    return session.scalar(select(func.count()).select_from(Entry)) or 0


def tally(session: Session, event: Booked) -> None:
    """Count it. What is `torn` fails until `mended` has been booked, and what is `deadly` takes the
    process with it until then."""
    request_id = get_contextvars().get("request_id")
    session.add(Tally(text=event.text, request_id=request_id))
    session.flush()
    is_mended = session.scalar(select(Entry).where(Entry.text == "mended")) is not None
    if event.text.startswith("torn") and not is_mended:
        raise RuntimeError("the page is torn")
    if event.text.startswith("deadly") and not is_mended:
        os.kill(os.getpid(), signal.SIGKILL)
