"""An incident's way: investigating, identified, monitoring, resolved; back only by reopening."""

from collections.abc import Iterable
from datetime import datetime

from contracts.errors import (
    IncidentAlreadyResolved,
    IncidentNotAhead,
    IncidentStatusHolds,
    IncidentStatusPassed,
    IncidentStillOpen,
    Invalid,
)
from contracts.vocabulary import IncidentStatus

WAY = list(IncidentStatus)


def after_update(status: IncidentStatus, wished: IncidentStatus | None) -> IncidentStatus:
    """A public update keeps the status, or moves it on; steps may be left out.

    Raises IncidentAlreadyResolved, IncidentStatusPassed, IncidentStatusHolds for the one that is
    wished though it holds, and Invalid for `resolved`: an end needs its moment and its author,
    which is what resolving is for.
    """
    refuse_resolved(status)
    if wished is None:
        return status
    if wished == IncidentStatus.RESOLVED:
        raise Invalid("an update does not resolve", {"status": "resolved"})
    if wished == status:
        raise IncidentStatusHolds(f"the incident is {status} already", {"status": status.value})
    if WAY.index(wished) < WAY.index(status):
        raise IncidentStatusPassed(f"the incident is {status} already", {"status": status.value})
    return wished


def status_at(told: Iterable[tuple[datetime, IncidentStatus]], at: datetime) -> IncidentStatus:
    """The status that held then, of what the public was told: when it was so, and the status, in
    the order of writing. Something was told by then: the declaration, at the start."""
    in_order = sorted(told, key=lambda one: one[0])
    return next(status for was_at, status in reversed(in_order) if was_at <= at)


def refuse_status_of_before(wished: IncidentStatus | None, display_at: datetime | None) -> None:
    """What is told of an earlier moment changes nothing. Raises Invalid when it is to."""
    if wished is not None and display_at is not None:
        raise Invalid("an update of an earlier moment moves nothing", {"status": "of_before"})


def after_resolving(status: IncidentStatus) -> IncidentStatus:
    """The incident ends, from wherever it stands. Raises IncidentAlreadyResolved."""
    refuse_resolved(status)
    return IncidentStatus.RESOLVED


def after_reopening(status: IncidentStatus) -> IncidentStatus:
    """Back to the begin, from wherever else it stands. Raises IncidentNotAhead."""
    if status == WAY[0]:
        raise IncidentNotAhead("the incident is investigated already")
    return WAY[0]


def refuse_resolved(status: IncidentStatus) -> None:
    """An incident that has ended is history. Raises IncidentAlreadyResolved."""
    if status == IncidentStatus.RESOLVED:
        raise IncidentAlreadyResolved("the incident is resolved already")


def refuse_open(status: IncidentStatus) -> None:
    """What is told looking back waits for the end. Raises IncidentStillOpen."""
    if status != IncidentStatus.RESOLVED:
        raise IncidentStillOpen("the incident is not resolved yet")


def clean_display_at(
    display_at: datetime | None, started_at: datetime, written_at: datetime
) -> datetime | None:
    """An author may say that it was so earlier. Raises Invalid when that is before the incident,
    or has not come yet."""
    if display_at == started_at.replace(second=0, microsecond=0):
        return started_at  # whoever tells the minute alone means what happened in it
    if display_at is None or started_at <= display_at <= written_at:
        return display_at
    which = "before_start" if display_at < started_at else "ahead"
    raise Invalid("an update cannot be of that moment", {"display_at": which})
