"""A fact about a ticket was heard: its clocks take the snapshot in."""

from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from contracts.tickets import TicketFacts
from services.sla.announcing import tell
from services.sla.domain import Beside, observe
from services.sla.editions import Editions
from services.sla.keeping import find_kept, keep, keep_new


def hear(
    session: Session,
    facts: TicketFacts,
    editions: Editions,
    now: datetime,
    **beside: Unpack[Beside],
) -> None:
    """Take a snapshot in, of any version and in any order, and announce what follows from it."""
    kept = find_kept(session, facts.id)
    before = kept.clock if kept else None
    newest = kept.ticket if kept and kept.ticket.version > facts.version else facts
    known = editions.noted_in(session, now)
    clock, said = observe(before, facts, known, now, **beside)
    if kept is not None:
        keep(session, [(kept, clock, newest)])
    elif not keep_new(session, clock, newest):
        # another fact about it came first
        hear(session, facts, editions, now, **beside)
        return
    tell(session, [(said, newest)], now)
