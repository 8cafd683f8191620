"""How bad an incident is and what it hits, told without a public word."""

from datetime import datetime

from sqlalchemy.orm import Session

from contracts.incidents import AssessIncident, IncidentAssessed, IncidentView
from contracts.vocabulary import IncidentAction, IncidentImpact, IncidentStatus
from services.incidents.announcing import tell, wait_for_turn
from services.incidents.domain.effects import assessed
from services.incidents.domain.progress import refuse_resolved
from services.incidents.effects import current_effects, set_effects
from services.incidents.finding import find_meant
from services.incidents.product import Product
from services.incidents.trail import note
from services.incidents.views import incident_view
from services.incidents.words import promise_word


def assess_incident(
    session: Session, command: AssessIncident, now: datetime, product: Product
) -> IncidentView:
    """Set the impact, the effects, or both; what is as wished already is told to nobody.

    Raises Invalid, IncidentNotFound, NoOpenIncident, SeveralOpenIncidents,
    IncidentAlreadyResolved.
    """
    wait_for_turn(session)
    incident = find_meant(session, command.incident_id)
    refuse_resolved(IncidentStatus(incident.status))
    impact = IncidentImpact(incident.impact)
    new_impact = command.impact or impact
    before = current_effects(incident)
    after = assessed(
        before,
        impact=impact,
        new_impact=new_impact,
        wished=command.components,
        known=product.names,
    )
    if (new_impact, after) == (impact, before):
        return incident_view(incident)
    at = max(min(command.assessed_at, now), incident.started_at)
    set_effects(incident, after, at)
    if new_impact != impact:
        incident.impact = new_impact
        promise_word(incident, product.rules)
    note(
        session,
        incident,
        IncidentAction.ASSESSED,
        command,
        actor=command.assessed_by,
        at=at,
        impact=command.impact,
        **{name: status.value for name, status in command.components.items()},
    )
    return tell(session, IncidentAssessed, incident, now, names=product.names)
