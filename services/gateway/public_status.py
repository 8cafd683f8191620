"""The public status as a person reads it, from what the board knows."""

from datetime import datetime, timedelta

from chassis.catalogue import Catalogue
from contracts.desk import Desk
from contracts.incidents import ComponentView, IncidentView, MaintenanceView, StatusView
from contracts.vocabulary import ComponentStatus, OverallStatus
from services.gateway import shapes
from services.gateway.own_words import teller, told_incident
from services.gateway.status_board import Knowledge

RECENT = timedelta(days=14)
TENTH = timedelta(milliseconds=100)


def present(known: Knowledge, now: datetime, desk: Desk, words: Catalogue) -> shapes.Status:
    """Before anything was heard it is `operational` and `stale`: a banner must not cry wolf, and
    must not pretend to know."""
    view = known.view
    told = teller(desk, words.language)
    open_ones = [told_incident(each, told) for each in known.open_incidents]
    age = known.age_at(now)
    return shapes.Status(
        status=view.status if view else OverallStatus.OPERATIONAL,
        message=_message(view, open_ones, words),
        incident=_incident(open_ones[0]) if open_ones else None,
        incidents=[_incident(each) for each in open_ones],
        components=[
            shapes.Component.model_validate(each)
            for each in components_of(view, desk, words.language)
        ],
        updated_at=view.updated_at if view else None,
        stale=known.is_stale_at(now),
        age_seconds=None if age is None else age // TENTH / 10,  # never older than `stale` says
    )


def recent(known: Knowledge, now: datetime) -> list[IncidentView]:
    """Incidents that ended within the last two weeks, the newest first."""
    ended = known.view.recent if known.view else []
    return [
        each for each in ended if each.resolved_at is not None and each.resolved_at > now - RECENT
    ]


def past_works(known: Knowledge, now: datetime) -> list[MaintenanceView]:
    """Planned work that was completed within the last two weeks, the newest first."""
    past = known.view.past_maintenances if known.view else []
    return [work for work in past if work.updated_at > now - RECENT]


def etag(known: Knowledge, language: str, *, is_stale: bool = False) -> str:
    """Over the facts only, the same on every worker; the words differ by language. An answer that
    tells that its facts are stale is another: who asks again with it in hand must learn of it."""
    return f"{known.digest}-{language}{'-stale' if is_stale else ''}"


def _message(view: StatusView | None, open_ones: list[IncidentView], words: Catalogue) -> str:
    """What a banner says: what is the matter, in the agents' own words."""
    if view is None:
        return words("status.unknown")
    if open_ones:
        return open_ones[0].title
    return words(f"status.{view.status}")


def _incident(view: IncidentView) -> shapes.Incident:
    return shapes.Incident.model_validate(view)


def components_of(view: StatusView | None, desk: Desk, language: str) -> list[ComponentView]:
    """Every component, named in the reader's language; while nothing is known, as it should be."""
    names = {rule.id: rule.name.in_language(language) for rule in desk.components}
    if view is None:
        return [_operational(component, name) for component, name in names.items()]
    return [
        each.model_copy(update={"name": names.get(each.id, each.name)}) for each in view.components
    ]


def _operational(component_id: str, name: str) -> ComponentView:
    return ComponentView(id=component_id, name=name, status=ComponentStatus.OPERATIONAL)
