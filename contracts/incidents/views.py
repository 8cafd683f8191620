"""What incidents answers."""

from pydantic import Field

from contracts.event import Instant, Message
from contracts.vocabulary import (
    Category,
    ComponentStatus,
    IncidentAction,
    IncidentImpact,
    IncidentStatus,
    MaintenanceStatus,
    OverallStatus,
    SuspicionAnswer,
)


class UpdateView(Message):
    """A public word, and the status that held then. `display_at` is when its author says it was so;
    without one, `created_at`."""

    id: int = 0
    status: IncidentStatus
    message: str
    created_at: Instant
    display_at: Instant | None = None

    @property
    def shown_at(self) -> Instant:
        return self.display_at or self.created_at


class Stretch(Message):
    """How a component was in [from_at, until_at); without an end it still is."""

    component: str
    status: ComponentStatus
    from_at: Instant
    until_at: Instant | None = None


class PostmortemView(Message):
    text: str
    written_at: Instant


class IncidentView(Message):
    """`components` are those it hits, and all that it has hit once it is over; `stretches` tell how
    and when, in the order in which it was said. The next public word is promised by
    `next_update_by` while it is open; `updated_at` is its last change of any kind. `affected`
    counts the tickets about it and the people who said "I have this too" without one. `updates`
    stand as they were written."""

    id: int
    title: str
    status: IncidentStatus
    impact: IncidentImpact
    started_at: Instant
    resolved_at: Instant | None = None
    updated_at: Instant | None = None
    next_update_by: Instant | None = None
    affected: int = 0
    components: list[str] = Field(default_factory=list)
    stretches: list[Stretch] = Field(default_factory=list)
    updates: list[UpdateView] = Field(default_factory=list)
    postmortem: PostmortemView | None = None

    @property
    def shown_updates(self) -> list[UpdateView]:
        """The public words in the one order in which every face tells them: by when it was so, and
        of one moment as they were written."""
        return sorted(self.updates, key=lambda update: (update.shown_at, update.id))

    @property
    def was_over(self) -> bool:
        """Whether the public had been told of its end before the last word. A word of an earlier
        moment does not tell how it stood."""
        told = [update.status for update in self.updates if update.display_at is None]
        return told[-2:-1] == [IncidentStatus.RESOLVED]


class ComponentView(Message):
    """`since` is when it came to be so, as far as the last 90 days know."""

    id: str
    name: str
    status: ComponentStatus
    since: Instant | None = None


class MaintenanceView(Message):
    """Planned work on components in [starts_at, ends_at)."""

    id: int
    title: str
    status: MaintenanceStatus
    components: list[str]
    starts_at: Instant
    ends_at: Instant
    announced_at: Instant
    updated_at: Instant


class StatusView(Message):
    """Everything the public may know now. `incidents` are the open ones, gravest first; `incident`
    is the first of them; `recent` are the last that were resolved, newest first. `stretches` tell
    of the last 90 days when a component was not operational, of all incidents together: for one
    component they do not overlap, the worst counts. Before `known_since` nobody kept count.
    `maintenances` are those to come and under way, the next first; `past_maintenances` the last
    that were completed, newest first. Names of components are in the desk's language."""

    status: OverallStatus
    incident: IncidentView | None = None
    incidents: list[IncidentView] = Field(default_factory=list)
    recent: list[IncidentView] = Field(default_factory=list)
    components: list[ComponentView] = Field(default_factory=list)
    stretches: list[Stretch] = Field(default_factory=list)
    known_since: Instant | None = None
    maintenances: list[MaintenanceView] = Field(default_factory=list)
    past_maintenances: list[MaintenanceView] = Field(default_factory=list)
    updated_at: Instant
    version: int


class IncidentList(Message):
    incidents: list[IncidentView]


class IncidentStats(Message):
    declared: int
    resolved: int
    average_seconds_to_resolve: float | None


class AuditEntry(Message):
    """Somebody did something, somewhere; `details` are what they chose or wrote."""

    action: IncidentAction
    actor: str
    origin: str
    at: Instant
    details: dict[str, str] = Field(default_factory=dict)


class AuditTrail(Message):
    entries: list[AuditEntry]


class SuspicionExample(Message):
    ticket_id: int
    subject: str


class SuspicionView(Message):
    """So many people wrote about one category that it may be an incident: `count` of them in
    `window_minutes`, where `usual` are written at that hour of the week (None while too little is
    known of it). `components` are those that the category belongs to. The category is not asked
    about again before `quiet_until`."""

    id: int
    category: Category
    suspected_at: Instant
    count: int
    usual: float | None
    window_minutes: int
    examples: list[SuspicionExample]
    components: list[str] = Field(default_factory=list)
    quiet_until: Instant
    answer: SuspicionAnswer | None = None
    answered_at: Instant | None = None
    answered_by: str | None = None
    incident_id: int | None = None
