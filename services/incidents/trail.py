"""The audit trail: every act of an agent with an incident, in the transaction of the act."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.errors import IncidentNotFound
from contracts.incidents import AuditEntry, AuditTrail, GetAuditTrail
from contracts.incidents.commands import IncidentCommand
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import IncidentAction
from services.incidents.models import Incident, IncidentAct


def note(
    session: Session,
    incident: Incident,
    action: IncidentAction,
    command: IncidentCommand,
    *,
    actor: str,
    at: datetime,
    **details: object,
) -> None:
    """Write down who did this, when and from where; details that are None or empty are left out."""
    session.flush()  # a new incident has its id from here on
    act = IncidentAct(
        incident_id=incident.id,
        action=action,
        actor=actor,
        origin=command.origin,
        at=at,
        details={name: str(value) for name, value in details.items() if value not in (None, "")},
    )
    session.add(act)


def get_audit_trail(session: Session, query: GetAuditTrail) -> AuditTrail:
    """Raises IncidentNotFound."""
    is_id = 0 < query.incident_id <= LARGEST_ID
    if not is_id or session.get(Incident, query.incident_id) is None:
        raise IncidentNotFound("there is no such incident", {"incident_id": str(query.incident_id)})
    acts = session.scalars(
        select(IncidentAct)
        .where(IncidentAct.incident_id == query.incident_id)
        .order_by(IncidentAct.id)
    )
    return AuditTrail(entries=[_entry(act) for act in acts])


def _entry(act: IncidentAct) -> AuditEntry:
    return AuditEntry(
        action=IncidentAction(act.action),
        actor=act.actor,
        origin=act.origin,
        at=act.at,
        details=act.details,
    )
