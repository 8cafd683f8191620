"""One answer for each address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from chassis.catalogue import Catalogue
from contracts.desk import Desk
from contracts.incidents import ComponentView, IncidentView, MaintenanceView, StatusView
from contracts.vocabulary import MaintenanceStatus
from services.gateway import shapes
from services.gateway.public_status import components_of
from services.gateway.statuspage.incidents import tell_incident
from services.gateway.statuspage.maintenances import tell_maintenance
from services.gateway.statuspage.rollup import rollup
from services.gateway.statuspage.site import PAGE_ID, Site

NEVER = datetime.fromtimestamp(0, UTC)
"""When what is not known changed last: clients read a time there, and cannot do without."""


@dataclass(frozen=True)
class Statuspage:
    """What is known, told to a reader of `words` who asked at `root` (with a slash at its end)."""

    view: StatusView | None
    desk: Desk
    words: Catalogue
    root: str

    def summary(self) -> shapes.StatuspageSummary:
        """Everything that is not over."""
        return shapes.StatuspageSummary(
            page=self.page,
            components=self._components,
            incidents=self._incidents(self._open),
            scheduled_maintenances=self._maintenances(lambda work: work not in self._past),
            status=self._rollup,
        )

    def status(self) -> shapes.StatuspageStatus:
        return shapes.StatuspageStatus(page=self.page, status=self._rollup)

    def components(self) -> shapes.StatuspageComponents:
        return shapes.StatuspageComponents(page=self.page, components=self._components)

    def incidents(self) -> shapes.StatuspageIncidents:
        """The open ones, and as many of those that are over as are remembered."""
        over = self.view.recent if self.view else []
        return shapes.StatuspageIncidents(
            page=self.page, incidents=self._incidents([*self._open, *over])
        )

    def unresolved(self) -> shapes.StatuspageIncidents:
        return shapes.StatuspageIncidents(page=self.page, incidents=self._incidents(self._open))

    def maintenances(self) -> shapes.StatuspageMaintenances:
        """Those to come, those under way, and as many of those that are over as are remembered."""
        return self._planned(lambda work: True)

    def upcoming(self) -> shapes.StatuspageMaintenances:
        return self._planned(lambda work: work.status is MaintenanceStatus.SCHEDULED)

    def active(self) -> shapes.StatuspageMaintenances:
        return self._planned(lambda work: work.status is MaintenanceStatus.IN_PROGRESS)

    @cached_property
    def page(self) -> shapes.StatuspagePage:
        return shapes.StatuspagePage(
            id=PAGE_ID,
            name=self.words("page.title"),
            url=self._site.url,
            time_zone=self.desk.timezone,
            updated_at=self.view.updated_at if self.view else NEVER,
        )

    @property
    def _open(self) -> list[IncidentView]:
        return self.view.incidents if self.view else []

    @property
    def _past(self) -> list[MaintenanceView]:
        return self.view.past_maintenances if self.view else []

    @cached_property
    def _site(self) -> Site:
        return Site(self.root, {each.id: each for each in self._components})

    @cached_property
    def _components(self) -> list[shapes.StatuspageComponent]:
        found = components_of(self.view, self.desk, self.words.language)
        return [self._component(each, position) for position, each in enumerate(found, start=1)]

    def _component(self, view: ComponentView, position: int) -> shapes.StatuspageComponent:
        counted_from = self.view.known_since if self.view else None
        changed_at = self.view.updated_at if self.view else NEVER
        zone = ZoneInfo(self.desk.timezone)
        return shapes.StatuspageComponent(
            id=view.id,
            name=view.name,
            status=view.status,
            created_at=counted_from or changed_at,
            updated_at=view.since or counted_from or changed_at,
            position=position,
            start_date=counted_from.astimezone(zone).date() if counted_from else None,
            page_id=PAGE_ID,
        )

    @cached_property
    def _rollup(self) -> shapes.StatuspageRollup:
        return rollup(
            [each.status for each in self._components], [each.impact for each in self._open]
        )

    def _incidents(self, views: list[IncidentView]) -> list[shapes.StatuspageIncident]:
        newest = sorted(views, key=lambda each: (each.started_at, each.id), reverse=True)
        return [tell_incident(each, self._site) for each in newest]

    def _planned(
        self, is_wanted: Callable[[MaintenanceView], bool]
    ) -> shapes.StatuspageMaintenances:
        return shapes.StatuspageMaintenances(
            page=self.page, scheduled_maintenances=self._maintenances(is_wanted)
        )

    def _maintenances(
        self, is_wanted: Callable[[MaintenanceView], bool]
    ) -> list[shapes.StatuspageMaintenance]:
        known = [*self.view.maintenances, *self._past] if self.view else []
        latest = sorted(known, key=lambda work: (work.starts_at, work.id), reverse=True)
        return [
            tell_maintenance(work, self._site, self.words) for work in filter(is_wanted, latest)
        ]
