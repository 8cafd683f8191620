"""What agents do with incidents: each loads, decides, stores and announces in one transaction.

An instant in a command is when the agent acted; one that lies ahead of our clock becomes now.
`names` are the components of the product by id.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from contracts.errors import IncidentNotFound
from contracts.incidents import (
    TITLE_LENGTH,
    UPDATE_LENGTH,
    DeclareIncident,
    IncidentDeclared,
    IncidentResolved,
    IncidentUpdated,
    IncidentView,
    IncidentWithdrawn,
    ResolveIncident,
    UpdateIncident,
    WithdrawIncident,
)
from contracts.texts import clean_text
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import IncidentStatus
from services.incidents.announcing import tell, wait_for_turn
from services.incidents.domain.choice import the_only_open
from services.incidents.domain.declaring import (
    clean_components,
    refuse_if_recent,
    refuse_late_undo,
)
from services.incidents.domain.progress import after_resolving, after_update, refuse_resolved
from services.incidents.models import Incident, IncidentUpdate
from services.incidents.views import open_incidents


def declare_incident(
    session: Session, command: DeclareIncident, now: datetime, names: Mapping[str, str]
) -> IncidentView:
    """Make an incident public with its title as the first update.

    Raises Invalid, RecentIncidentOpen.
    """
    title = clean_text(command.title, "title", TITLE_LENGTH)
    components = clean_components(command.components, names)
    started_at = min(command.declared_at, now)
    wait_for_turn(session)
    if not command.even_if_recent:
        refuse_if_recent(open_incidents(session), started_at)
    incident = Incident(
        title=title,
        status=IncidentStatus.INVESTIGATING,
        impact=command.impact,
        components=components,
        started_at=started_at,
        public_since=now,
        declared_by=command.declared_by,
    )
    _say(incident, title, started_at, command.declared_by)
    session.add(incident)
    return tell(session, IncidentDeclared, incident, now, names=names)


def update_incident(
    session: Session, command: UpdateIncident, now: datetime, names: Mapping[str, str]
) -> IncidentView:
    """Tell the public more.

    Raises Invalid, IncidentNotFound, NoOpenIncident, SeveralOpenIncidents,
    IncidentAlreadyResolved, IncidentStatusPassed.
    """
    message = clean_text(command.message, "message", UPDATE_LENGTH)
    wait_for_turn(session)
    incident = load_meant(session, command.incident_id)
    incident.status = after_update(IncidentStatus(incident.status), command.status)
    _say(incident, message, min(command.updated_at, now), command.updated_by)
    return tell(session, IncidentUpdated, incident, now, names=names)


def resolve_incident(
    session: Session, command: ResolveIncident, now: datetime, names: Mapping[str, str]
) -> IncidentView:
    """End an incident; the message is its last update.

    Raises Invalid, IncidentNotFound, NoOpenIncident, SeveralOpenIncidents,
    IncidentAlreadyResolved.
    """
    message = clean_text(command.message, "message", UPDATE_LENGTH)
    wait_for_turn(session)
    incident = load_meant(session, command.incident_id)
    incident.status = after_resolving(IncidentStatus(incident.status))
    incident.resolved_at = max(incident.started_at, min(command.resolved_at, now))
    _say(incident, message, incident.resolved_at, command.resolved_by)
    return tell(session, IncidentResolved, incident, now, names=names)


def withdraw_incident(
    session: Session, command: WithdrawIncident, now: datetime, names: Mapping[str, str]
) -> IncidentView:
    """Take a declaration back. Raises IncidentNotFound, IncidentAlreadyResolved, UndoTooLate."""
    wait_for_turn(session)
    incident = _load(session, command.incident_id)
    refuse_resolved(IncidentStatus(incident.status))
    withdrawn_at = min(command.withdrawn_at, now)
    refuse_late_undo(incident.public_since, withdrawn_at)
    incident.withdrawn_at, incident.withdrawn_by = withdrawn_at, command.withdrawn_by
    return tell(session, IncidentWithdrawn, incident, now, names=names)


def load_meant(session: Session, incident_id: int | None) -> Incident:
    """The incident with this id, or the only open one. Raises IncidentNotFound, NoOpenIncident,
    SeveralOpenIncidents."""
    if incident_id is None:
        titles = {incident.id: incident.title for incident in open_incidents(session)}
        incident_id = the_only_open(titles)
    return _load(session, incident_id)


def _load(session: Session, incident_id: int) -> Incident:
    is_id = 0 < incident_id <= LARGEST_ID
    incident = session.get(Incident, incident_id) if is_id else None
    if incident is None or incident.withdrawn_at is not None:
        raise IncidentNotFound("there is no such incident", {"incident_id": str(incident_id)})
    return incident


def _say(incident: Incident, message: str, at: datetime, author: str) -> None:
    """Append a public update in the status the incident now has."""
    status = incident.status
    update = IncidentUpdate(status=status, message=message, created_at=at, created_by=author)
    incident.updates.append(update)
