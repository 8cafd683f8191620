"""The incident that a command means, as a row that will be changed."""

from sqlalchemy.orm import Session

from contracts.errors import IncidentNotFound, WithdrawnIncident
from contracts.tickets import LARGEST_ID
from services.incidents.domain.choice import the_only_open
from services.incidents.models import Incident
from services.incidents.views import open_incidents


def find_incident(session: Session, incident_id: int) -> Incident:
    """Raises IncidentNotFound, and WithdrawnIncident, which is one."""
    is_id = 0 < incident_id <= LARGEST_ID
    incident = session.get(Incident, incident_id) if is_id else None
    details = {"incident_id": str(incident_id)}
    if incident is None:
        raise IncidentNotFound("there is no such incident", details)
    if incident.withdrawn_at is not None:
        raise WithdrawnIncident("the incident was withdrawn", details)
    return incident


def find_meant(session: Session, incident_id: int | None) -> Incident:
    """The incident with this id, or the only open one. Raises IncidentNotFound, NoOpenIncident,
    SeveralOpenIncidents."""
    if incident_id is None:
        titles = {incident.id: incident.title for incident in open_incidents(session)}
        incident_id = the_only_open(titles)
    return find_incident(session, incident_id)
