"""The effects of an incident as rows: one that changes ends where the next begins."""

from datetime import datetime

from contracts.vocabulary import ComponentStatus
from services.incidents.domain.effects import Effects
from services.incidents.models import Incident, IncidentEffect


def current_effects(incident: Incident) -> dict[str, ComponentStatus]:
    """What the incident does now."""
    return {row.component: ComponentStatus(row.status) for row in _lasting(incident)}


def set_effects(incident: Incident, wished: Effects, at: datetime) -> None:
    """Let the incident have these effects from `at` on; what does not change goes on."""
    for row in _lasting(incident):
        if wished.get(row.component) != row.status:
            row.until_at = max(row.from_at, at)
    still = current_effects(incident)
    incident.effects += [
        IncidentEffect(component=component, status=status, from_at=at)
        for component, status in wished.items()
        if component not in still
    ]


def effects_at_end(incident: Incident) -> dict[str, ComponentStatus]:
    """What the end of the incident healed."""
    return {
        row.component: ComponentStatus(row.status)
        for row in incident.effects
        if row.until_at is not None and row.until_at == incident.resolved_at
    }


def _lasting(incident: Incident) -> list[IncidentEffect]:
    return [row for row in incident.effects if row.until_at is None]
