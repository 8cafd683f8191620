"""The one word about everything.

The words and what makes them are Statuspage's: "Top-level status and incident impact
calculations", https://support.atlassian.com/statuspage/docs/.
"""

from collections.abc import Iterable, Sequence

from contracts.vocabulary import ComponentStatus, IncidentImpact
from services.gateway.shapes import StatuspageRollup

Blend = tuple[str, str]

GRAVITY = ("none", "maintenance", "minor", "major", "critical")
BADNESS = list(ComponentStatus)

OPERATIONAL = ("none", "All Systems Operational")
MAINTENANCE = ("maintenance", "Service Under Maintenance")
MINOR_OUTAGE = ("minor", "Minor Service Outage")
PARTIAL_OUTAGE = ("major", "Partial System Outage")
MAJOR_OUTAGE = ("critical", "Major System Outage")

OF_SOME: dict[ComponentStatus, Blend] = {
    ComponentStatus.OPERATIONAL: OPERATIONAL,
    ComponentStatus.UNDER_MAINTENANCE: MAINTENANCE,
    ComponentStatus.DEGRADED_PERFORMANCE: ("minor", "Partially Degraded Service"),
    ComponentStatus.PARTIAL_OUTAGE: MINOR_OUTAGE,
    ComponentStatus.MAJOR_OUTAGE: PARTIAL_OUTAGE,
}
"""By the worst component, while others are better off."""

OF_ALL: dict[ComponentStatus, Blend] = OF_SOME | {
    ComponentStatus.DEGRADED_PERFORMANCE: ("minor", "Degraded System Service"),
    ComponentStatus.PARTIAL_OUTAGE: PARTIAL_OUTAGE,
    ComponentStatus.MAJOR_OUTAGE: MAJOR_OUTAGE,
}

OF_IMPACT: dict[IncidentImpact, Blend] = {
    IncidentImpact.MINOR: MINOR_OUTAGE,
    IncidentImpact.MAJOR: PARTIAL_OUTAGE,
    IncidentImpact.CRITICAL: MAJOR_OUTAGE,
}


def rollup(
    components: Sequence[ComponentStatus], open_impacts: Iterable[IncidentImpact]
) -> StatuspageRollup:
    """What the components are together, or what the gravest open incident is when that is worse:
    it may hit what is no component, and must not be told smaller than on the page."""
    blends = [_of_components(components), *(OF_IMPACT[impact] for impact in open_impacts)]
    indicator, description = max(blends, key=lambda blend: GRAVITY.index(blend[0]))
    return StatuspageRollup.model_validate({"indicator": indicator, "description": description})


def _of_components(components: Sequence[ComponentStatus]) -> Blend:
    if not components:
        return OPERATIONAL
    worst = max(components, key=BADNESS.index)
    are_alike = all(each is worst for each in components)
    return OF_ALL[worst] if are_alike else OF_SOME[worst]
