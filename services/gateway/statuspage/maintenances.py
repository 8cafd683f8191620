"""Planned work as Statuspage tells it: an incident with times. Its updates are made up of what is
known, because clients read the first of them."""

from chassis.catalogue import Catalogue
from contracts.incidents import MaintenanceView
from contracts.vocabulary import ComponentStatus, MaintenanceStatus
from services.gateway.shapes import StatuspageMaintenance, StatuspageUpdate
from services.gateway.statuspage.incidents import changes
from services.gateway.statuspage.site import PAGE_ID, Site

STAGES = (
    MaintenanceStatus.SCHEDULED,
    MaintenanceStatus.IN_PROGRESS,
    MaintenanceStatus.COMPLETED,
)


def tell_maintenance(work: MaintenanceView, site: Site, words: Catalogue) -> StatuspageMaintenance:
    """Its id differs from any incident's, which it would meet in one list."""
    return StatuspageMaintenance.model_validate(
        {
            "id": _id(work),
            "name": work.title,
            "status": work.status,
            "created_at": work.announced_at,
            "updated_at": work.updated_at,
            "resolved_at": work.ends_at if work.status is MaintenanceStatus.COMPLETED else None,
            "shortlink": site.link(_id(work)),
            "started_at": work.announced_at,
            "page_id": PAGE_ID,
            "incident_updates": _updates(work, site, words),
            "components": site.listed(work.components),
            "scheduled_for": work.starts_at,
            "scheduled_until": work.ends_at,
        }
    )


def _id(work: MaintenanceView) -> str:
    return f"maintenance-{work.id}"


def _updates(work: MaintenanceView, site: Site, words: Catalogue) -> list[StatuspageUpdate]:
    """Newest first."""
    told = STAGES[: STAGES.index(work.status) + 1]
    return [_update(work, stage, words(f"work.told.{stage}"), site) for stage in reversed(told)]


def _update(
    work: MaintenanceView, status: MaintenanceStatus, body: str, site: Site
) -> StatuspageUpdate:
    is_under_way = status is MaintenanceStatus.IN_PROGRESS
    at = {
        MaintenanceStatus.SCHEDULED: work.announced_at,
        MaintenanceStatus.IN_PROGRESS: work.starts_at,
        MaintenanceStatus.COMPLETED: work.ends_at,  # by the clock; one called off is not told
    }[status]
    effect = ComponentStatus.UNDER_MAINTENANCE if is_under_way else ComponentStatus.OPERATIONAL
    return StatuspageUpdate.model_validate(
        {
            "id": f"{_id(work)}-{status}",
            "status": status,
            "body": body,
            "incident_id": _id(work),
            "created_at": at,
            "updated_at": at,
            "display_at": at,
            "affected_components": changes({}, dict.fromkeys(work.components, effect), site),
        }
    )
