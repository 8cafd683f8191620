"""A change of the public facts: one at a time, counted, and told with the whole status after it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from contracts.incidents import (
    IncidentEvent,
    IncidentView,
    MaintenanceEvent,
    MaintenanceView,
)
from services.incidents.models import Incident, Maintenance, PublicStatus
from services.incidents.views import THE_ROW, incident_view, maintenance_view, status_view


def wait_for_turn(session: Session) -> None:
    """Hold the counter until the transaction ends: what is read after this stays true, so that two
    agents cannot declare the same trouble at once."""
    session.get_one(PublicStatus, THE_ROW, with_for_update=True)


def tell(
    session: Session,
    event: type[IncidentEvent],
    incident: Incident,
    now: datetime,
    *,
    names: Mapping[str, str],
) -> IncidentView:
    """Count the change, put the fact in the outbox and return the incident as it now is."""
    incident.changed_at = now
    version = _count(session, now)
    view = incident_view(incident)
    fact = event(
        event_id=uuid4(),
        occurred_at=now,
        version=version,
        incident=view,
        status=status_view(session, names, now),
    )
    announce(session, fact)
    return view


def tell_maintenance(
    session: Session,
    event: type[MaintenanceEvent],
    maintenance: Maintenance,
    now: datetime,
    *,
    names: Mapping[str, str],
) -> MaintenanceView:
    """The same for planned work."""
    maintenance.changed_at = now
    version = _count(session, now)
    view = maintenance_view(maintenance)
    fact = event(
        event_id=uuid4(),
        occurred_at=now,
        version=version,
        maintenance=view,
        status=status_view(session, names, now),
    )
    announce(session, fact)
    return view


def _count(session: Session, now: datetime) -> int:
    """The number of a change of the public facts."""
    counter = session.get_one(PublicStatus, THE_ROW)
    counter.version += 1
    counter.updated_at = max(counter.updated_at, now)
    session.flush()
    return counter.version
