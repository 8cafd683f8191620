"""What the open incidents mean together: the overall status, the gravest, the components."""

from collections.abc import Iterable, Mapping, Sequence

from contracts.incidents import ComponentView, IncidentView
from contracts.vocabulary import ComponentStatus, IncidentImpact, OverallStatus

GRAVITY = list(IncidentImpact)

COMPONENT_STATUS = {
    IncidentImpact.MINOR: ComponentStatus.DEGRADED_PERFORMANCE,
    IncidentImpact.MAJOR: ComponentStatus.PARTIAL_OUTAGE,
    IncidentImpact.CRITICAL: ComponentStatus.MAJOR_OUTAGE,
}


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


def component_views(
    open_incidents: Sequence[IncidentView], names: Mapping[str, str]
) -> list[ComponentView]:
    """Every component of the product, as badly off as the gravest incident that names it."""
    statuses = {
        component: COMPONENT_STATUS[incident.impact]
        for incident in reversed(gravest_first(open_incidents))
        for component in incident.components
    }
    return [
        ComponentView(id=id_, name=name, status=statuses.get(id_, ComponentStatus.OPERATIONAL))
        for id_, name in names.items()
    ]
