"""How badly an incident hits each component, and what that makes of all incidents together.

A component is never hit by being operational: that is the absence of an effect.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from contracts.errors import Invalid
from contracts.incidents import ComponentView, Stretch
from contracts.vocabulary import COMPONENT_STATUS_OF_IMPACT, ComponentStatus, IncidentImpact

BADNESS = list(ComponentStatus)

Effects = Mapping[str, ComponentStatus]
"""Components that are hit, and how."""


def effects_of(
    impact: IncidentImpact, components: Iterable[str], known: Collection[str]
) -> dict[str, ComponentStatus]:
    """What an incident of this impact does to components. Raises Invalid when one is not the
    product's."""
    refuse_unknown(components, known)
    return dict.fromkeys(components, COMPONENT_STATUS_OF_IMPACT[impact])


def assessed(
    effects: Effects,
    *,
    impact: IncidentImpact,
    new_impact: IncidentImpact,
    wished: Effects,
    known: Collection[str],
) -> dict[str, ComponentStatus]:
    """The effects after an assessment: those as bad as the old impact has it go with the new one,
    and what was wished for a component goes before that. Raises Invalid for a component that is not
    the product's, and for a maintenance, which is no incident."""
    refuse_unknown(wished, known)
    if ComponentStatus.UNDER_MAINTENANCE in wished.values():
        raise Invalid("an incident is no maintenance", {"components": "under_maintenance"})
    usual, new_usual = COMPONENT_STATUS_OF_IMPACT[impact], COMPONENT_STATUS_OF_IMPACT[new_impact]
    moved = {name: new_usual if status == usual else status for name, status in effects.items()}
    together = moved | dict(wished)
    return {
        name: status
        for name, status in together.items()
        if status is not ComponentStatus.OPERATIONAL
    }


def refuse_unknown(components: Iterable[str], known: Collection[str]) -> None:
    """Raises Invalid when a component is not the product's."""
    if any(component not in known for component in components):
        raise Invalid("there is no such component", {"components": "unknown"})


def worst_of(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The stretches of all incidents as one story of each component: by component, then in time,
    without overlap; where several hold, the worst. What lasts no time is left out."""
    by_component = sorted(stretches, key=attrgetter("component"))
    return [
        stretch
        for component, own in groupby(by_component, attrgetter("component"))
        for stretch in _story(component, list(own))
    ]


def component_views(story: Iterable[Stretch], names: Mapping[str, str]) -> list[ComponentView]:
    """Every component of the product as it is now, by the `worst_of` all incidents."""
    last = {stretch.component: stretch for stretch in story}
    return [_view(component, name, last.get(component)) for component, name in names.items()]


def _view(component: str, name: str, last: Stretch | None) -> ComponentView:
    if last is None or last.until_at is not None:
        since = last.until_at if last else None
        return ComponentView(
            id=component, name=name, status=ComponentStatus.OPERATIONAL, since=since
        )
    return ComponentView(id=component, name=name, status=last.status, since=last.from_at)


def _story(component: str, stretches: list[Stretch]) -> Iterator[Stretch]:
    """Walk over the moments at which something began or ended, and count what holds after each."""
    holding = Counter[ComponentStatus]()
    status, since = ComponentStatus.OPERATIONAL, None
    for moment, changes in groupby(sorted(_edges(stretches)), key=lambda edge: edge[0]):
        for _, badness, step in changes:
            holding[BADNESS[badness]] += step
        now = max((+holding), key=BADNESS.index, default=ComponentStatus.OPERATIONAL)
        if now == status:
            continue
        if since is not None:
            yield Stretch(component=component, status=status, from_at=since, until_at=moment)
        status, since = now, None if now is ComponentStatus.OPERATIONAL else moment
    if since is not None:
        yield Stretch(component=component, status=status, from_at=since)


def _edges(stretches: Iterable[Stretch]) -> Iterator[tuple[datetime, int, int]]:
    for stretch in stretches:
        badness = BADNESS.index(stretch.status)
        yield stretch.from_at, badness, 1
        if stretch.until_at is not None:
            yield stretch.until_at, badness, -1
