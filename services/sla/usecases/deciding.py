"""Time has passed: cycles that are due for a look are warned about, or found late."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.sla.announcing import tell
from services.sla.domain import tick
from services.sla.models import CycleRow
from services.sla.views import rewrite


def decide_due(session: Session, now: datetime, limit: int) -> int:
    """Decide the cycles whose moment has come, the oldest first; how many. Replicas share them."""
    due = (
        select(CycleRow)
        .where(CycleRow.next_at <= now)
        .order_by(CycleRow.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(due))
    for row in rows:
        cycle, said = tick(row.cycle, now)
        rewrite(row, cycle, row.ticket)
        tell(session, said, row.ticket, now)
    return len(rows)
