"""A fact about a ticket was heard: its clocks take the snapshot in."""

from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from contracts.tickets import TicketFacts
from services.sla.announcing import tell
from services.sla.domain import Beside, observe
from services.sla.editions import Editions
from services.sla.keeping import Kept, find_kept, keep, keep_new

FIRST_VERSION = 1


def hear(
    session: Session,
    facts: TicketFacts,
    editions: Editions,
    now: datetime,
    **beside: Unpack[Beside],
) -> None:
    """Take a snapshot in, of any version and in any order, and announce what follows from it."""
    # The first version of a ticket is nearly always the first that is heard of it.
    kept = None if facts.version == FIRST_VERSION else find_kept(session, facts.id)
    _take_in(session, kept, facts, editions, now=now, **beside)


def _take_in(
    session: Session,
    kept: Kept | None,
    facts: TicketFacts,
    editions: Editions,
    *,
    now: datetime,
    **beside: Unpack[Beside],
) -> None:
    before = kept.clock if kept else None
    newest = kept.ticket if kept and kept.ticket.version > facts.version else facts
    known = editions.noted_in(session, now)  # second: what the clock goes by is among them
    clock, said = observe(before, facts, known, now, **beside)
    if kept is not None:
        keep(session, [(kept, clock, newest)])
    elif not keep_new(session, clock, newest):
        # another fact about it came first
        kept = find_kept(session, facts.id)
        _take_in(session, kept, facts, editions, now=now, **beside)
        return
    tell(session, [(said, newest)], now)
