"""The incident that a command means, as a row that will be changed."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contracts.errors import IncidentNotFound, WithdrawnIncident
from contracts.tickets import LARGEST_ID
from services.incidents.domain.choice import the_only_open
from services.incidents.models import Incident
from services.incidents.views import open_incidents

SAME_SECOND = timedelta(seconds=1)
"""Telegram tells whole seconds, so that a word may seem that much older than it is."""


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


def find_meant(
    session: Session, incident_id: int | None, written_at: datetime | None = None
) -> Incident:
    """The incident with this id, or the only open one that there was at `written_at`: whoever
    ends one that a colleague has just ended does not mean another, declared meanwhile.

    Raises IncidentNotFound, NoOpenIncident, SeveralOpenIncidents.
    """
    if incident_id is None:
        latest = written_at and written_at + SAME_SECOND
        titles = {
            incident.id: incident.title
            for incident in open_incidents(session)
            if latest is None or incident.started_at < latest
        }
        incident_id = the_only_open(titles)
    return find_incident(session, incident_id)
