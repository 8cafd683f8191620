"""What incidents can be asked. Reads only."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, func, select
from sqlalchemy.orm import Session

from chassis.storage.database import plain_rows, table_of
from contracts.incidents import GetIncidentStats, IncidentList, IncidentStats, ListIncidents
from contracts.vocabulary import MaintenanceStatus
from services.incidents.models import Follower, Incident, IncidentTicket, Maintenance
from services.incidents.views import IS_OPEN, WITH_PARTS, incident_view

IS_PUBLIC = Incident.withdrawn_at.is_(None)
INCIDENTS, MAINTENANCES = table_of(Incident).c, table_of(Maintenance).c
NOW: BindParameter[datetime] = bindparam("now")
TO_START = (MAINTENANCES.status == MaintenanceStatus.SCHEDULED) & (MAINTENANCES.starts_at <= NOW)
TO_END = (MAINTENANCES.status == MaintenanceStatus.IN_PROGRESS) & (MAINTENANCES.ends_at <= NOW)
DUE = select(exists().where(INCIDENTS.remind_at <= NOW), exists().where(TO_START | TO_END))
"""Built once: it is asked every second."""


class Due(NamedTuple):
    """What time alone brings about now: agents are reminded that the public waits for a promised
    word; planned work begins or ends."""

    is_reminder: bool
    is_work: bool


def list_incidents(session: Session, query: ListIncidents) -> IncidentList:
    """The history, newest first."""
    wanted = select(Incident).options(*WITH_PARTS)
    wanted = wanted.where(IS_OPEN if query.only_open else IS_PUBLIC)
    newest = wanted.order_by(Incident.started_at.desc(), Incident.id.desc()).limit(query.limit)
    return IncidentList(incidents=[incident_view(row) for row in session.scalars(newest)])


def what_is_due(session: Session, now: datetime) -> Due:
    (due,) = plain_rows(session, DUE, now=now)
    return Due._make(due)


def count_affected(session: Session, incident_id: int) -> int:
    """The tickets about an incident, and the people who have its trouble without one."""
    tickets = select(func.count()).where(IncidentTicket.incident_id == incident_id)
    has_ticket = exists().where(
        IncidentTicket.incident_id == incident_id,
        IncidentTicket.requester_id == Follower.requester_id,
    )
    others = select(func.count()).where(Follower.incident_id == incident_id, ~has_ticket)
    return (session.scalar(tickets) or 0) + (session.scalar(others) or 0)


def get_incident_stats(session: Session, query: GetIncidentStats) -> IncidentStats:
    """Figures of [from_at, to_at); the average is over those resolved in it."""
    declared = select(func.count()).where(_within(Incident.started_at, query), IS_PUBLIC)
    ended = select(Incident).where(_within(Incident.resolved_at, query), IS_PUBLIC)
    lasted = [_seconds(incident) for incident in session.scalars(ended)]
    return IncidentStats(
        declared=session.scalar(declared) or 0,
        resolved=len(lasted),
        average_seconds_to_resolve=round(sum(lasted) / len(lasted), 3) if lasted else None,
    )


def _within(column: Any, query: GetIncidentStats) -> Any:
    return (column >= query.from_at) & (column < query.to_at)


def _seconds(incident: Incident) -> float:
    assert incident.resolved_at is not None
    return (incident.resolved_at - incident.started_at).total_seconds()
