"""The public was promised a word and got none: whoever can speak is reminded."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events.outbox import announce
from contracts.desk import IncidentRules
from contracts.incidents import IncidentFellSilent
from contracts.vocabulary import IncidentImpact
from services.incidents.announcing import wait_for_turn
from services.incidents.domain.silence import next_reminder_at
from services.incidents.models import Incident
from services.incidents.views import incident_view


def remind_silent(session: Session, rules: IncidentRules, now: datetime) -> int:
    """Remind of every incident whose reminder is due; how many. Whoever is just giving the public
    a word comes before or after it: what they count is counted from what is here."""
    wait_for_turn(session)
    due = select(Incident).where(Incident.remind_at <= now).with_for_update(skip_locked=True)
    silent = list(session.scalars(due.order_by(Incident.remind_at)))
    for incident in silent:
        assert incident.next_update_by is not None, incident.id
        incident.reminders += 1
        impact = IncidentImpact(incident.impact)
        incident.remind_at = next_reminder_at(incident.reminders, now, impact, rules)
        announce(
            session,
            IncidentFellSilent(
                event_id=uuid4(),
                occurred_at=now,
                version=incident.reminders,
                incident=incident_view(incident),
                declared_by=incident.declared_by,
                due_at=incident.next_update_by,
                reminder=incident.reminders,
            ),
        )
    return len(silent)
