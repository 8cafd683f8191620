"""Compares the deadlines that have passed with the alerts that were made, by a way of its own.

The scan looks where a clock said it must; the auditor looks at the cycles themselves. Whoever
watches the desk watches its last success: an sla that no longer decides has none.
"""

from datetime import datetime, timedelta

from prometheus_client import Gauge
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session
from structlog import get_logger

from chassis.service.extensions import SharedStore
from chassis.service.loop import Loop
from contracts.sla import SlaBreached
from contracts.vocabulary import CycleState
from services.sla.models import AnnouncementRow, CycleRow

GRACE = timedelta(seconds=10)
"""A deadline passed so long ago is decided, or was overlooked."""
LOOKED_BACK = timedelta(days=1)

log = get_logger()
last_success = Gauge(
    "sla_auditor_last_success_timestamp_seconds",
    "When the auditor last found an alert for every deadline that had passed",
)
missed = Gauge("sla_auditor_missed_alerts", "Deadlines that passed without an alert")


class Auditing(Loop):
    """Audits once a minute, the first time a minute after the start: what passed while sla was down
    is only being decided then."""

    interval = 60.0
    shared = SharedStore()
    has_begun = False

    def run_once(self) -> None:
        if not self.has_begun:
            self.has_begun = True
            return
        store = self.shared.store
        now = store.now()
        count = store.ask(count_missed, now)
        missed.set(count)
        if count:
            log.error("deadlines passed without an alert", count=count)
        else:
            last_success.set(now.timestamp())


def count_missed(session: Session, now: datetime) -> int:
    """Cycles whose deadline has passed and that were not found late, or found and never told.

    An alert is known by its number or its moment. A question that comes in late takes a place
    among the earlier ones, and the numbers of those behind it move up; what is heard late of a
    priority moves the deadline that was missed past the alert.
    """
    is_running = CycleRow.state.in_([CycleState.PENDING, CycleState.IMMINENT_BREACH])
    is_overlooked = (CycleRow.due_at <= now - GRACE) & CycleRow.is_paused.is_(False)
    overlooked = select(func.count()).select_from(CycleRow).where(is_running, is_overlooked)
    is_told = exists().where(
        AnnouncementRow.ticket_id == CycleRow.ticket_id,
        AnnouncementRow.metric == CycleRow.metric,
        AnnouncementRow.kind == SlaBreached.type,
        or_(
            AnnouncementRow.n == CycleRow.n,
            AnnouncementRow.announced_at >= CycleRow.breached_at,
        ),
    )
    is_recent = CycleRow.breached_at.between(now - LOOKED_BACK, now - GRACE)
    untold = (
        select(func.count())
        .select_from(CycleRow)
        .where(CycleRow.state == CycleState.BREACHING, is_recent, ~is_told)
    )
    return (session.scalar(overlooked) or 0) + (session.scalar(untold) or 0)
