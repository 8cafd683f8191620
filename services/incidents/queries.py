"""What incidents can be asked. Reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from contracts.incidents import GetIncidentStats, IncidentList, IncidentStats, ListIncidents
from contracts.vocabulary import MaintenanceStatus
from services.incidents.models import Follower, Incident, IncidentTicket, Maintenance
from services.incidents.views import IS_OPEN, WITH_PARTS, incident_view

IS_PUBLIC = Incident.withdrawn_at.is_(None)


def list_incidents(session: Session, query: ListIncidents) -> IncidentList:
    """The history, newest first."""
    wanted = select(Incident).options(*WITH_PARTS)
    wanted = wanted.where(IS_OPEN if query.only_open else IS_PUBLIC)
    newest = wanted.order_by(Incident.started_at.desc(), Incident.id.desc()).limit(query.limit)
    return IncidentList(incidents=[incident_view(row) for row in session.scalars(newest)])


def is_anybody_silent(session: Session, now: datetime) -> bool:
    """Whether a reminder is due."""
    due = select(Incident.id).where(Incident.remind_at <= now).limit(1)
    return session.scalar(due) is not None


def is_work_due(session: Session, now: datetime) -> bool:
    """Whether planned work has to be started or ended."""
    to_start = (Maintenance.status == MaintenanceStatus.SCHEDULED) & (Maintenance.starts_at <= now)
    to_end = (Maintenance.status == MaintenanceStatus.IN_PROGRESS) & (Maintenance.ends_at <= now)
    return session.scalar(select(Maintenance.id).where(to_start | to_end).limit(1)) is not None


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
