"""An incident begins, and may be taken back for half a minute."""

from datetime import datetime

from sqlalchemy.orm import Session

from contracts.incidents import (
    TITLE_LENGTH,
    DeclareIncident,
    IncidentDeclared,
    IncidentView,
    IncidentWithdrawn,
    WithdrawIncident,
)
from contracts.texts import clean_text
from contracts.vocabulary import Category, IncidentAction, IncidentStatus, SuspicionAnswer
from services.incidents.announcing import tell, wait_for_turn
from services.incidents.domain.declaring import refuse_if_recent, refuse_late_undo
from services.incidents.domain.effects import effects_of
from services.incidents.domain.progress import refuse_resolved
from services.incidents.effects import set_effects
from services.incidents.finding import find_incident
from services.incidents.models import Incident, Suspicion
from services.incidents.product import Product
from services.incidents.suspicions import answer, find_unanswered
from services.incidents.trail import note
from services.incidents.views import open_incidents
from services.incidents.words import promise_word, say


def declare_incident(
    session: Session, command: DeclareIncident, now: datetime, product: Product
) -> IncidentView:
    """Make an incident public with its title as the first update.

    Raises Invalid, RecentIncidentOpen, SuspicionNotFound, SuspicionAnswered.
    """
    title = clean_text(command.title, "title", TITLE_LENGTH)
    started_at = min(command.declared_at, now)
    wait_for_turn(session)
    suspicion = _suspicion_of(session, command)
    components = command.components or _components_of(suspicion, product)
    effects = effects_of(command.impact, components, product.names)
    if not command.even_if_recent:
        refuse_if_recent(open_incidents(session), started_at)
    incident = Incident(
        title=title,
        status=IncidentStatus.INVESTIGATING,
        impact=command.impact,
        started_at=started_at,
        public_since=now,
        changed_at=now,
        affected=0,
        declared_by=command.declared_by,
    )
    session.add(incident)
    say(incident, title, started_at, command.declared_by)
    promise_word(incident, product.rules)
    set_effects(incident, effects, started_at)
    note(
        session,
        incident,
        IncidentAction.DECLARED,
        command,
        actor=command.declared_by,
        at=started_at,
        title=title,
        impact=command.impact,
        components=", ".join(effects),
        suspicion=command.suspicion_id,
    )
    if suspicion is not None:
        said, by = SuspicionAnswer.DECLARED, command.declared_by
        answer(suspicion, said, by, started_at, product=product, incident=incident)
    return tell(session, IncidentDeclared, incident, now, names=product.names)


def withdraw_incident(
    session: Session, command: WithdrawIncident, now: datetime, product: Product
) -> IncidentView:
    """Take a declaration back. Raises IncidentNotFound, IncidentAlreadyResolved, UndoTooLate."""
    wait_for_turn(session)
    incident = find_incident(session, command.incident_id)
    refuse_resolved(IncidentStatus(incident.status))
    withdrawn_at = min(command.withdrawn_at, now)
    refuse_late_undo(incident.public_since, withdrawn_at)
    incident.withdrawn_at, incident.withdrawn_by = withdrawn_at, command.withdrawn_by
    incident.next_update_by = incident.remind_at = None
    actor = command.withdrawn_by
    note(session, incident, IncidentAction.WITHDRAWN, command, actor=actor, at=withdrawn_at)
    return tell(session, IncidentWithdrawn, incident, now, names=product.names)


def _suspicion_of(session: Session, command: DeclareIncident) -> Suspicion | None:
    if command.suspicion_id is None:
        return None
    return find_unanswered(session, command.suspicion_id)


def _components_of(suspicion: Suspicion | None, product: Product) -> list[str]:
    return product.components_of(Category(suspicion.category)) if suspicion else []
