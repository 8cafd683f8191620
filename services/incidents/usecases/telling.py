"""The public is told how an incident goes on, that it is over, that it is not, and why it was."""

from datetime import datetime

from sqlalchemy.orm import Session

from contracts.event import rfc3339
from contracts.incidents import (
    POSTMORTEM_LENGTH,
    UPDATE_LENGTH,
    IncidentExplained,
    IncidentReopened,
    IncidentResolved,
    IncidentUpdated,
    IncidentView,
    ReopenIncident,
    ResolveIncident,
    UpdateIncident,
    WritePostmortem,
)
from contracts.texts import clean_text
from contracts.vocabulary import IncidentAction, IncidentStatus
from services.incidents.announcing import tell, wait_for_turn
from services.incidents.domain.progress import (
    after_reopening,
    after_resolving,
    after_update,
    clean_display_at,
    refuse_open,
    refuse_status_of_before,
)
from services.incidents.effects import current_effects, effects_at_end, set_effects
from services.incidents.finding import find_incident, find_meant
from services.incidents.product import Product
from services.incidents.trail import note
from services.incidents.words import promise_word, say


def update_incident(
    session: Session, command: UpdateIncident, now: datetime, product: Product
) -> IncidentView:
    """Tell the public more.

    Raises Invalid, IncidentNotFound, NoOpenIncident, SeveralOpenIncidents,
    IncidentAlreadyResolved, IncidentStatusPassed, IncidentStatusHolds.
    """
    message = clean_text(command.message, "message", UPDATE_LENGTH)
    refuse_status_of_before(command.status, command.display_at)
    wait_for_turn(session)
    incident = find_meant(session, command.incident_id, command.updated_at)
    incident.status = after_update(IncidentStatus(incident.status), command.status)
    at, actor = min(command.updated_at, now), command.updated_by
    display_at = clean_display_at(command.display_at, incident.started_at, at)
    say(incident, message, at, actor, display_at=display_at)
    promise_word(incident, product.rules)
    note(
        session,
        incident,
        IncidentAction.UPDATED,
        command,
        actor=actor,
        at=at,
        message=message,
        status=command.status,
        display_at=display_at and rfc3339(display_at),
    )
    return tell(session, IncidentUpdated, incident, now, names=product.names)


def resolve_incident(
    session: Session, command: ResolveIncident, now: datetime, product: Product
) -> IncidentView:
    """End an incident; the message is its last update, and what it hit is well again.

    Raises Invalid, IncidentNotFound, NoOpenIncident, SeveralOpenIncidents,
    IncidentAlreadyResolved.
    """
    message = clean_text(command.message, "message", UPDATE_LENGTH)
    wait_for_turn(session)
    incident = find_meant(session, command.incident_id, command.resolved_at)
    incident.status = after_resolving(IncidentStatus(incident.status))
    at, actor = min(command.resolved_at, now), command.resolved_by
    begins = [row.from_at for row in incident.effects if row.until_at is None]
    words = [update.created_at for update in incident.updates]
    incident.resolved_at = max(incident.started_at, at, *begins, *words)
    incident.next_update_by = incident.remind_at = None
    set_effects(incident, {}, incident.resolved_at)
    say(incident, message, incident.resolved_at, actor)
    note(session, incident, IncidentAction.RESOLVED, command, actor=actor, at=at, message=message)
    return tell(session, IncidentResolved, incident, now, names=product.names)


def reopen_incident(
    session: Session, command: ReopenIncident, now: datetime, product: Product
) -> IncidentView:
    """Go back to the begin. Raises Invalid, IncidentNotFound, IncidentNotAhead."""
    message = clean_text(command.message, "message", UPDATE_LENGTH)
    wait_for_turn(session)
    incident = find_incident(session, command.incident_id)
    incident.status = after_reopening(IncidentStatus(incident.status))
    at, actor = min(command.reopened_at, now), command.reopened_by
    if incident.resolved_at is not None:
        at = max(at, incident.resolved_at)
        set_effects(incident, current_effects(incident) | effects_at_end(incident), at)
        incident.resolved_at = None
    say(incident, message, at, actor)
    promise_word(incident, product.rules)
    note(session, incident, IncidentAction.REOPENED, command, actor=actor, at=at, message=message)
    return tell(session, IncidentReopened, incident, now, names=product.names)


def write_postmortem(
    session: Session, command: WritePostmortem, now: datetime, product: Product
) -> IncidentView:
    """Tell why it happened. Raises Invalid, IncidentNotFound, IncidentStillOpen."""
    text = clean_text(command.text, "text", POSTMORTEM_LENGTH)
    wait_for_turn(session)
    incident = find_incident(session, command.incident_id)
    refuse_open(IncidentStatus(incident.status))
    at, actor = min(command.written_at, now), command.written_by
    incident.postmortem, incident.postmortem_at = text, at
    note(session, incident, IncidentAction.EXPLAINED, command, actor=actor, at=at, text=text)
    return tell(session, IncidentExplained, incident, now, names=product.names)
