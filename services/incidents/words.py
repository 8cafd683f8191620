"""Public words on an incident's row, and the promise of the next one."""

from datetime import datetime

from contracts.desk import IncidentRules
from contracts.vocabulary import IncidentImpact, IncidentStatus
from services.incidents.domain.progress import status_at
from services.incidents.domain.silence import next_word_by
from services.incidents.models import Incident, IncidentUpdate


def say(
    incident: Incident,
    message: str,
    at: datetime,
    author: str,
    *,
    display_at: datetime | None = None,
) -> None:
    """Append a public update in the status the incident now has, or had at `display_at`: it is
    silent no more. Whoever wrote earlier and is heard later speaks last, so no word is of a time
    before the one that it follows."""
    told = [
        (update.display_at or update.created_at, IncidentStatus(update.status))
        for update in incident.updates
    ]
    incident.reminders = 0
    incident.updates.append(
        IncidentUpdate(
            status=status_at(told, display_at) if display_at else incident.status,
            message=message,
            created_at=max([at, *(update.created_at for update in incident.updates)]),
            created_by=author,
            display_at=display_at,
        )
    )


def promise_word(incident: Incident, rules: IncidentRules) -> None:
    """Promise the next word of an open incident anew. Reminders under way go on as they were."""
    words = [update.created_at for update in incident.updates[1:]]
    impact = IncidentImpact(incident.impact)
    due_at = next_word_by(incident.started_at, max(words, default=None), impact, rules)
    incident.next_update_by = due_at
    if not incident.reminders:
        incident.remind_at = due_at
