"""A fact about a ticket was heard: its clock takes the snapshot in."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from contracts.tickets import TicketFacts
from contracts.vocabulary import Metric
from services.sla.announcing import tell
from services.sla.domain import observe
from services.sla.models import CycleRow
from services.sla.promises import Promises
from services.sla.views import columns_of, rewrite


def hear(session: Session, facts: TicketFacts, promises: Promises, now: datetime) -> None:
    """Take a snapshot in, of any version and in any order, and announce what follows from it."""
    key = (facts.id, Metric.FIRST_RESPONSE)
    row = session.get(CycleRow, key, with_for_update=True)
    before = row.cycle if row else None
    newest = row.ticket if row and row.ticket.version > facts.version else facts
    cycle, said = observe(
        before, facts, policy=promises.policy, calendars=promises.calendars, now=now
    )
    if row is not None:
        rewrite(row, cycle, newest)
    elif not insert_if_absent(session, CycleRow, **columns_of(cycle, newest)):
        hear(session, facts, promises, now)  # another fact about the new ticket came first
        return
    tell(session, said, newest, now)
