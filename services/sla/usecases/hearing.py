"""A fact about a ticket was heard: its clocks take the snapshot in."""

from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from contracts.tickets import TicketFacts
from services.sla.announcing import tell
from services.sla.domain import Beside, observe
from services.sla.editions import Editions
from services.sla.keeping import keep, keep_new
from services.sla.models import ClockRow


def hear(
    session: Session,
    facts: TicketFacts,
    editions: Editions,
    now: datetime,
    **beside: Unpack[Beside],
) -> None:
    """Take a snapshot in, of any version and in any order, and announce what follows from it."""
    row = session.get(ClockRow, facts.id, with_for_update=True)
    before = row.clock if row else None
    newest = row.ticket if row and row.ticket.version > facts.version else facts
    known = editions.noted_in(session, now)
    clock, said = observe(before, facts, known, now, **beside)
    if row is not None:
        keep(session, row, clock, newest)
    elif not keep_new(session, clock, newest):
        # another fact about it came first
        hear(session, facts, editions, now, **beside)
        return
    tell(session, said, newest, now)
