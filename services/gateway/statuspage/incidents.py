"""Incidents as Statuspage tells them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from contracts.incidents import IncidentView
from contracts.vocabulary import ComponentStatus, IncidentStatus
from services.gateway.shapes import StatuspageEffect, StatuspageIncident, StatuspageUpdate
from services.gateway.statuspage.site import PAGE_ID, Site

POSTMORTEM = "postmortem"

Effects = Mapping[str, ComponentStatus]


def tell_incident(incident: IncidentView, site: Site) -> StatuspageIncident:
    """With its updates, the last shown first; a post-mortem is an update and a status there."""
    return StatuspageIncident.model_validate(
        {
            "id": str(incident.id),
            "name": incident.title,
            "status": _status(incident),
            "created_at": incident.started_at,
            "updated_at": incident.updated_at or _last_told(incident),
            "monitoring_at": _monitoring_at(incident),
            "resolved_at": incident.resolved_at,
            "impact": incident.impact,
            "shortlink": site.link(f"incident-{incident.id}"),
            "started_at": incident.started_at,
            "page_id": PAGE_ID,
            "incident_updates": _updates(incident, site),
            "components": site.listed(incident.components),
        }
    )


def _status(incident: IncidentView) -> str:
    """One that has come back is open, whatever was written about its first end."""
    is_explained = incident.postmortem is not None and incident.status is IncidentStatus.RESOLVED
    return POSTMORTEM if is_explained else incident.status


def _last_told(incident: IncidentView) -> datetime:
    """For the record of an older incidents process, which did not say."""
    return max((update.created_at for update in incident.updates), default=incident.started_at)


def _monitoring_at(incident: IncidentView) -> datetime | None:
    """When it last came to be watched; what was said while it was counts for nothing."""
    before, at = None, None
    for update in incident.shown_updates:
        if update.status is IncidentStatus.MONITORING and before is not update.status:
            at = update.shown_at
        before = update.status
    return at


def _updates(incident: IncidentView, site: Site) -> list[StatuspageUpdate]:
    told = [*_postmortem(incident), *reversed(list(_in_order(incident, site)))]
    return sorted(told, key=lambda update: update.display_at, reverse=True)


def _in_order(incident: IncidentView, site: Site) -> Iterator[StatuspageUpdate]:
    """As they are shown, each with what had changed by then since the one before."""
    old: Effects = {}
    for number, update in enumerate(incident.shown_updates, start=1):
        new = _effects(incident, update.shown_at)
        yield StatuspageUpdate.model_validate(
            {
                # Updates of an older incidents process have no id of their own.
                "id": str(update.id or f"{incident.id}-{number}"),
                "status": update.status,
                "body": update.message,
                "incident_id": str(incident.id),
                "created_at": update.created_at,
                "updated_at": update.created_at,
                "display_at": update.shown_at,
                "affected_components": changes(old, new, site),
            }
        )
        old = new


def _postmortem(incident: IncidentView) -> Iterator[StatuspageUpdate]:
    if incident.postmortem is None:
        return
    at = incident.postmortem.written_at
    yield StatuspageUpdate(
        id=f"{incident.id}-{POSTMORTEM}",
        status=POSTMORTEM,
        body=incident.postmortem.text,
        incident_id=str(incident.id),
        created_at=at,
        updated_at=at,
        display_at=at,
        affected_components=None,
    )


def _effects(incident: IncidentView, at: datetime) -> dict[str, ComponentStatus]:
    """How the incident had hit which component by then; what had been healed is operational."""
    found: dict[str, ComponentStatus] = {}
    for stretch in incident.stretches:
        if stretch.from_at <= at:
            is_over = stretch.until_at is not None and stretch.until_at <= at
            found[stretch.component] = ComponentStatus.OPERATIONAL if is_over else stretch.status
    return found


def changes(old: Effects, new: Effects, site: Site) -> list[StatuspageEffect] | None:
    """From one update to the next, of every component that was hit by then; None when none was."""
    told = [
        StatuspageEffect(
            code=component,
            name=site.named(component),
            old_status=old.get(component, ComponentStatus.OPERATIONAL),
            new_status=status,
        )
        for component, status in new.items()
    ]
    return told or None
