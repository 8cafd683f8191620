"""What the open incidents mean together: the gravest, and the overall status."""

from collections.abc import Iterable, Sequence

from contracts.incidents import IncidentView
from contracts.vocabulary import IncidentImpact, OverallStatus

GRAVITY = list(IncidentImpact)


def gravest_first(open_incidents: Iterable[IncidentView]) -> list[IncidentView]:
    """By impact, then the oldest."""
    return sorted(
        open_incidents,
        key=lambda one: (-GRAVITY.index(one.impact), one.started_at, one.id),
    )


def overall_status(open_incidents: Sequence[IncidentView]) -> OverallStatus:
    """An outage while anything critical is open."""
    if not open_incidents:
        return OverallStatus.OPERATIONAL
    is_critical = any(one.impact == IncidentImpact.CRITICAL for one in open_incidents)
    return OverallStatus.OUTAGE if is_critical else OverallStatus.DEGRADED
