"""A change of the public facts: one at a time, counted, and told with the whole status after it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from contracts.incidents import IncidentEvent, IncidentView
from services.incidents.models import Incident, PublicStatus
from services.incidents.views import THE_ROW, incident_view, status_view


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
    counter = session.get_one(PublicStatus, THE_ROW)
    counter.version += 1
    counter.updated_at = max(counter.updated_at, now)
    incident.changed_at = now
    session.flush()
    view = incident_view(incident)
    announce(
        session,
        event(
            event_id=uuid4(),
            occurred_at=now,
            version=counter.version,
            incident=view,
            status=status_view(session, names, now),
        ),
    )
    return view
