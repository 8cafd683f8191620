"""When an incident may be declared, and how long the declaration may be taken back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from contracts.errors import RecentIncidentOpen, UndoTooLate
from contracts.incidents import UNDO, IncidentView

RECENT = timedelta(minutes=10)


def refuse_if_recent(open_incidents: Iterable[IncidentView], declared_at: datetime) -> None:
    """Two agents see the same trouble. Raises RecentIncidentOpen with the newest open incident
    when it was declared not more than 10 minutes before."""
    newest = max(open_incidents, key=lambda one: (one.started_at, one.id), default=None)
    if newest is not None and declared_at - newest.started_at <= RECENT:
        details = {"id": str(newest.id), "title": newest.title}
        raise RecentIncidentOpen("one declared minutes ago is open", details)


def refuse_late_undo(public_since: datetime, withdrawn_at: datetime) -> None:
    """Raises UndoTooLate when the public has had more than 30 s to see it."""
    if withdrawn_at - public_since > UNDO:
        raise UndoTooLate("the incident has been public for too long")
