"""Time has passed: clocks that are due for a look are warned about, or found late."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from services.sla.announcing import tell
from services.sla.domain import tick
from services.sla.editions import Editions
from services.sla.keeping import CLOCKS, KEPT, all_kept, keep

DUE = (
    KEPT.where(CLOCKS.c.next_at <= bindparam("now"))
    .order_by(CLOCKS.c.next_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)


def decide_due(session: Session, editions: Editions, now: datetime, limit: int) -> int:
    """Decide the clocks whose moment has come, the oldest first; how many. Replicas share them."""
    due = all_kept(session, DUE, now=now, limit=limit)
    if not due:
        return 0  # another replica was quicker
    known = editions.noted_in(session, now)
    outcomes = [(kept, *tick(kept.clock, known, now)) for kept in due]
    tell(session, [(said, kept.ticket) for kept, _, said in outcomes], now)
    keep(session, [(kept, clock, kept.ticket) for kept, clock, _ in outcomes])
    return len(due)
