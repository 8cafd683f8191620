"""Planned work: announced, changed, cancelled by agents; started and ended by the clock."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.errors import MaintenanceNotFound
from contracts.incidents import (
    TITLE_LENGTH,
    AnnounceMaintenance,
    CancelMaintenance,
    ChangeMaintenance,
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceChanged,
    MaintenanceEnded,
    MaintenanceEvent,
    MaintenanceStarted,
    MaintenanceView,
)
from contracts.texts import clean_text
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import MaintenanceStatus
from services.incidents.announcing import tell_maintenance, wait_for_turn
from services.incidents.domain.effects import refuse_unknown
from services.incidents.domain.planning import after_time, refuse_odd_times, refuse_over
from services.incidents.models import Maintenance
from services.incidents.product import Product
from services.incidents.views import IS_PLANNED, maintenance_view

EVENT_AFTER: dict[MaintenanceStatus, type[MaintenanceEvent]] = {
    MaintenanceStatus.IN_PROGRESS: MaintenanceStarted,
    MaintenanceStatus.COMPLETED: MaintenanceEnded,
}


def announce_maintenance(
    session: Session, command: AnnounceMaintenance, now: datetime, product: Product
) -> MaintenanceView:
    """Make planned work public. Raises Invalid."""
    title = clean_text(command.title, "title", TITLE_LENGTH)
    refuse_unknown(command.components, product.names)
    refuse_odd_times(command.starts_at, command.ends_at, min(command.announced_at, now))
    wait_for_turn(session)
    maintenance = Maintenance(
        title=title,
        status=MaintenanceStatus.SCHEDULED,
        components=list(dict.fromkeys(command.components)),
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        announced_at=now,
        announced_by=command.announced_by,
        changed_at=now,
    )
    session.add(maintenance)
    return tell_maintenance(session, MaintenanceAnnounced, maintenance, now, names=product.names)


def change_maintenance(
    session: Session, command: ChangeMaintenance, now: datetime, product: Product
) -> MaintenanceView:
    """Add components and take others out. Raises Invalid, MaintenanceNotFound, MaintenanceOver."""
    refuse_unknown(command.components, product.names)
    wait_for_turn(session)
    maintenance = _find(session, command.maintenance_id)
    refuse_over(MaintenanceStatus(maintenance.status))
    wished = dict.fromkeys(maintenance.components, True) | command.components
    components = [component for component, is_meant in wished.items() if is_meant]
    if components == maintenance.components:
        return maintenance_view(maintenance)
    maintenance.components = components
    return tell_maintenance(session, MaintenanceChanged, maintenance, now, names=product.names)


def cancel_maintenance(
    session: Session, command: CancelMaintenance, now: datetime, product: Product
) -> MaintenanceView:
    """Call it off, or end it early. Raises MaintenanceNotFound, MaintenanceOver."""
    wait_for_turn(session)
    maintenance = _find(session, command.maintenance_id)
    refuse_over(MaintenanceStatus(maintenance.status))
    maintenance.status = MaintenanceStatus.CANCELLED
    maintenance.ended_at = max(maintenance.starts_at, min(command.cancelled_at, now))
    return tell_maintenance(session, MaintenanceCancelled, maintenance, now, names=product.names)


def keep_time(session: Session, product: Product, now: datetime) -> bool:
    """Start and end what is due, one step each; True when something was. Replicas take turns."""
    wait_for_turn(session)
    has_changed = False
    for maintenance in session.scalars(select(Maintenance).where(IS_PLANNED)):
        status = MaintenanceStatus(maintenance.status)
        after = after_time(status, maintenance.starts_at, maintenance.ends_at, now)
        if after is status:
            continue
        maintenance.status, has_changed = after, True
        if after is MaintenanceStatus.COMPLETED:
            maintenance.ended_at = maintenance.ends_at
        tell_maintenance(session, EVENT_AFTER[after], maintenance, now, names=product.names)
    return has_changed


def _find(session: Session, maintenance_id: int) -> Maintenance:
    is_id = 0 < maintenance_id <= LARGEST_ID
    found = session.get(Maintenance, maintenance_id) if is_id else None
    if found is None:
        raise MaintenanceNotFound(
            "there is no such maintenance", {"maintenance_id": str(maintenance_id)}
        )
    return found
