"""When planned work may be, and what time alone makes of it."""

from datetime import datetime, timedelta

from contracts.errors import Invalid, MaintenanceOver
from contracts.vocabulary import MaintenanceStatus

TYPING = timedelta(minutes=1)
LONGEST = timedelta(days=7)
FARTHEST = timedelta(days=366)
OVER = (MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED)


def refuse_odd_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raises Invalid when it would lie in the past, more than a year ahead, end before it starts,
    or last more than a week."""
    if starts_at < now - TYPING:
        raise Invalid("planned work begins in the future", {"starts_at": "past"})
    if starts_at > now + FARTHEST:
        raise Invalid("planned work is not that far ahead", {"starts_at": "too_far"})
    if ends_at <= starts_at:
        raise Invalid("planned work ends after its begin", {"ends_at": "not_after_start"})
    if ends_at - starts_at > LONGEST:
        raise Invalid("planned work takes a week at most", {"ends_at": "too_long"})


def refuse_over(status: MaintenanceStatus) -> None:
    """Raises MaintenanceOver."""
    if status in OVER:
        raise MaintenanceOver("the maintenance is over")


def after_time(
    status: MaintenanceStatus, starts_at: datetime, ends_at: datetime, now: datetime
) -> MaintenanceStatus:
    """What it is next, when its time has come; one step at a time, so that each is told."""
    if status is MaintenanceStatus.SCHEDULED and starts_at <= now:
        return MaintenanceStatus.IN_PROGRESS
    if status is MaintenanceStatus.IN_PROGRESS and ends_at <= now:
        return MaintenanceStatus.COMPLETED
    return status
