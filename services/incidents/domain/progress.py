"""An incident's way: investigating, identified, monitoring, resolved. Forward only."""

from contracts.errors import IncidentAlreadyResolved, IncidentStatusPassed, Invalid
from contracts.vocabulary import IncidentStatus

WAY = list(IncidentStatus)


def after_update(status: IncidentStatus, wished: IncidentStatus | None) -> IncidentStatus:
    """A public update keeps the status, or moves it on; steps may be left out.

    Raises IncidentAlreadyResolved, IncidentStatusPassed, and Invalid for `resolved`: an end needs
    its moment and its author, which is what resolving is for.
    """
    refuse_resolved(status)
    if wished is None:
        return status
    if wished == IncidentStatus.RESOLVED:
        raise Invalid("an update does not resolve", {"status": "resolved"})
    if WAY.index(wished) < WAY.index(status):
        raise IncidentStatusPassed(f"the incident is {status} already", {"status": status.value})
    return wished


def after_resolving(status: IncidentStatus) -> IncidentStatus:
    """The incident ends, from wherever it stands. Raises IncidentAlreadyResolved."""
    refuse_resolved(status)
    return IncidentStatus.RESOLVED


def refuse_resolved(status: IncidentStatus) -> None:
    """An incident that has ended is history. Raises IncidentAlreadyResolved."""
    if status == IncidentStatus.RESOLVED:
        raise IncidentAlreadyResolved("the incident is resolved already")
