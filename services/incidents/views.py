"""Rows become views: the only place that knows both."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from contracts.incidents import (
    IncidentView,
    MaintenanceView,
    PostmortemView,
    StatusView,
    Stretch,
    UpdateView,
)
from contracts.vocabulary import (
    ComponentStatus,
    IncidentImpact,
    IncidentStatus,
    MaintenanceStatus,
)
from services.incidents.domain.effects import component_views, worst_of
from services.incidents.domain.outlook import gravest_first, overall_status
from services.incidents.models import (
    Incident,
    IncidentEffect,
    IncidentUpdate,
    Maintenance,
    PublicStatus,
)

THE_ROW = 1
RECENT = 50
REMEMBERED = timedelta(days=90)
IS_PLANNED = Maintenance.status.in_([MaintenanceStatus.SCHEDULED, MaintenanceStatus.IN_PROGRESS])
IS_OPEN = Incident.resolved_at.is_(None) & Incident.withdrawn_at.is_(None)


WITH_PARTS = (selectinload(Incident.updates), selectinload(Incident.effects))


def incident_view(row: Incident) -> IncidentView:
    """The incident with its updates, oldest first."""
    return IncidentView(
        id=row.id,
        title=row.title,
        status=IncidentStatus(row.status),
        impact=IncidentImpact(row.impact),
        started_at=row.started_at,
        resolved_at=row.resolved_at,
        updated_at=row.changed_at,
        next_update_by=row.next_update_by,
        affected=row.affected,
        components=components_hit(row),
        stretches=[_stretch(effect) for effect in row.effects],
        updates=[_update_view(update) for update in row.updates],
        postmortem=_postmortem_view(row),
    )


def components_hit(row: Incident) -> list[str]:
    """What an open incident hits now, and one that is over has hit."""
    hit = [effect.component for effect in row.effects if row.resolved_at or not effect.until_at]
    return list(dict.fromkeys(hit))


def open_incidents(session: Session) -> list[IncidentView]:
    """Every open incident, oldest first."""
    wanted = select(Incident).options(*WITH_PARTS).where(IS_OPEN)
    rows = session.scalars(wanted.order_by(Incident.started_at, Incident.id))
    return [incident_view(row) for row in rows]


def recent_incidents(session: Session) -> list[IncidentView]:
    """The last resolved incidents, the newest first."""
    ended = select(Incident).options(*WITH_PARTS)
    ended = ended.where(Incident.resolved_at.is_not(None), Incident.withdrawn_at.is_(None))
    newest = ended.order_by(Incident.resolved_at.desc(), Incident.id.desc()).limit(RECENT)
    return [incident_view(row) for row in session.scalars(newest)]


def component_story(session: Session, now: datetime) -> list[Stretch]:
    """When components were not operational, in the last 90 days. It is cut at a midnight, so that
    the same facts read the same all day."""
    midnight = datetime.combine((now - REMEMBERED).date(), time(), now.tzinfo)
    lasting = IncidentEffect.until_at.is_(None) | (IncidentEffect.until_at > midnight)
    wanted = (
        select(IncidentEffect)
        .join(Incident, IncidentEffect.incident_id == Incident.id)
        .where(lasting, Incident.withdrawn_at.is_(None))
    )
    effects = [_stretch(effect) for effect in session.scalars(wanted)]
    return worst_of([*effects, *_work(session, midnight)])


def planned_maintenances(session: Session) -> list[MaintenanceView]:
    """Those to come and under way, the next first."""
    wanted = select(Maintenance).where(IS_PLANNED)
    rows = session.scalars(wanted.order_by(Maintenance.starts_at, Maintenance.id))
    return [maintenance_view(row) for row in rows]


def past_maintenances(session: Session) -> list[MaintenanceView]:
    """The last that were completed, the newest first; what was called off never took place."""
    completed = select(Maintenance).where(Maintenance.status == MaintenanceStatus.COMPLETED)
    newest = completed.order_by(Maintenance.ended_at.desc(), Maintenance.id.desc()).limit(RECENT)
    return [maintenance_view(row) for row in session.scalars(newest)]


def maintenance_view(row: Maintenance) -> MaintenanceView:
    """Planned work as everybody sees it."""
    return MaintenanceView(
        id=row.id,
        title=row.title,
        status=MaintenanceStatus(row.status),
        components=row.components,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        announced_at=row.announced_at,
        updated_at=row.changed_at,
    )


def status_view(session: Session, names: Mapping[str, str], now: datetime) -> StatusView:
    """All that the public may know; `names` are the components'.

    The version is read before the facts. Should a change come in between, they are newer than
    their version says, and the event of that change is still taken in by whoever reads them.
    """
    counter = session.get_one(PublicStatus, THE_ROW)
    incidents = gravest_first(open_incidents(session))
    story = component_story(session, now)
    return StatusView(
        status=overall_status(incidents),
        incident=incidents[0] if incidents else None,
        incidents=incidents,
        recent=recent_incidents(session),
        components=component_views(story, names),
        stretches=story,
        known_since=counter.known_since,
        maintenances=planned_maintenances(session),
        past_maintenances=past_maintenances(session),
        updated_at=counter.updated_at,
        version=counter.version,
    )


def _update_view(row: IncidentUpdate) -> UpdateView:
    return UpdateView(
        id=row.id,
        status=IncidentStatus(row.status),
        message=row.message,
        created_at=row.created_at,
        display_at=row.display_at,
    )


def _stretch(row: IncidentEffect) -> Stretch:
    return Stretch(
        component=row.component,
        status=ComponentStatus(row.status),
        from_at=row.from_at,
        until_at=row.until_at,
    )


def _work(session: Session, since: datetime) -> list[Stretch]:
    """When components were under planned work, from `since` on."""
    is_under_way = Maintenance.status == MaintenanceStatus.IN_PROGRESS
    wanted = select(Maintenance).where(is_under_way | (Maintenance.ended_at > since))
    return [
        Stretch(
            component=component,
            status=ComponentStatus.UNDER_MAINTENANCE,
            from_at=row.starts_at,
            until_at=row.ended_at,
        )
        for row in session.scalars(wanted)
        for component in row.components
    ]


def _postmortem_view(row: Incident) -> PostmortemView | None:
    if row.postmortem is None or row.postmortem_at is None:
        return None
    return PostmortemView(text=row.postmortem, written_at=row.postmortem_at)
