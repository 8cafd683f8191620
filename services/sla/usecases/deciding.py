"""Time has passed: clocks that are due for a look are warned about, or found late."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.sla.announcing import tell
from services.sla.domain import tick
from services.sla.editions import Editions
from services.sla.keeping import keep_all
from services.sla.models import ClockRow


def decide_due(session: Session, editions: Editions, now: datetime, limit: int) -> int:
    """Decide the clocks whose moment has come, the oldest first; how many. Replicas share them."""
    due = (
        select(ClockRow)
        .where(ClockRow.next_at <= now)
        .order_by(ClockRow.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(due))
    if not rows:
        return 0  # another replica was quicker
    known = editions.noted_in(session, now)
    changed = []
    for row in rows:
        clock, said = tick(row.clock, known, now)
        changed.append((row, clock, row.ticket))
        tell(session, said, row.ticket, now)
    keep_all(session, changed)
    return len(rows)
