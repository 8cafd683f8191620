"""Rows become views: the only place that knows both."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from contracts.incidents import IncidentView, StatusView, UpdateView
from contracts.vocabulary import IncidentImpact, IncidentStatus
from services.incidents.domain.outlook import component_views, gravest_first, overall_status
from services.incidents.models import Incident, IncidentUpdate, PublicStatus

THE_ROW = 1
RECENT = 5
IS_OPEN = Incident.resolved_at.is_(None) & Incident.withdrawn_at.is_(None)


def incident_view(row: Incident) -> IncidentView:
    """The incident with its updates, oldest first."""
    return IncidentView(
        id=row.id,
        title=row.title,
        status=IncidentStatus(row.status),
        impact=IncidentImpact(row.impact),
        started_at=row.started_at,
        resolved_at=row.resolved_at,
        components=row.components,
        updates=[_update_view(update) for update in row.updates],
    )


def open_incidents(session: Session) -> list[IncidentView]:
    """Every open incident, oldest first, read with its updates in one statement."""
    wanted = select(Incident).options(joinedload(Incident.updates)).where(IS_OPEN)
    rows = session.scalars(wanted.order_by(Incident.started_at, Incident.id)).unique()
    return [incident_view(row) for row in rows]


def recent_incidents(session: Session) -> list[IncidentView]:
    """The last resolved incidents, the newest first."""
    ended = select(Incident).options(selectinload(Incident.updates))
    ended = ended.where(Incident.resolved_at.is_not(None), Incident.withdrawn_at.is_(None))
    newest = ended.order_by(Incident.resolved_at.desc(), Incident.id.desc()).limit(RECENT)
    return [incident_view(row) for row in session.scalars(newest)]


def status_view(session: Session, names: Mapping[str, str]) -> StatusView:
    """All that the public may know; `names` are the components'.

    The version is read before the facts. Should a change come in between, they are newer than
    their version says, and the event of that change is still taken in by whoever reads them.
    """
    counter = session.get_one(PublicStatus, THE_ROW)
    incidents = gravest_first(open_incidents(session))
    return StatusView(
        status=overall_status(incidents),
        incident=incidents[0] if incidents else None,
        incidents=incidents,
        recent=recent_incidents(session),
        components=component_views(incidents, names),
        updated_at=counter.updated_at,
        version=counter.version,
    )


def _update_view(row: IncidentUpdate) -> UpdateView:
    return UpdateView(
        status=IncidentStatus(row.status), message=row.message, created_at=row.created_at
    )
