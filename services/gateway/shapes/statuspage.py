"""The public status under the names of Atlassian's Statuspage v2, in its order and types.

Ids are strings there. What we have not (groups, descriptions, tweets) is always the same.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from contracts.event import Instant
from contracts.vocabulary import ComponentStatus, MaintenanceStatus
from services.gateway.shapes.shape import Shape

Indicator = Literal["none", "minor", "major", "critical", "maintenance"]


class StatuspagePage(Shape):
    id: str
    name: str
    url: str
    time_zone: str
    updated_at: Instant = Field(description="The last change; 1970 while nothing is known.")


class StatuspageRollup(Shape):
    indicator: Indicator
    description: str = Field(description="Always in English: clients compare it.")


class StatuspageComponent(Shape):
    id: str
    name: str
    status: ComponentStatus
    created_at: Instant
    updated_at: Instant
    position: int = Field(description="Counted from 1.")
    description: None = None
    showcase: bool = True
    start_date: date | None = Field(description="Since when its uptime is counted.")
    group_id: None = None
    page_id: str
    group: bool = False
    only_show_if_degraded: bool = False


class StatuspageEffect(Shape):
    """What an update tells of a component: how it was at the update before, and at this one."""

    code: str
    name: str
    old_status: ComponentStatus
    new_status: ComponentStatus


class StatuspageUpdate(Shape):
    id: str
    status: Literal[
        "investigating",
        "identified",
        "monitoring",
        "resolved",
        "postmortem",
        "scheduled",
        "in_progress",
        "completed",
    ]
    body: str
    incident_id: str
    created_at: Instant
    updated_at: Instant
    display_at: Instant
    affected_components: list[StatuspageEffect] | None
    deliver_notifications: bool = False
    custom_tweet: None = None
    tweet_id: None = None


class StatuspageIncident(Shape):
    id: str
    name: str
    status: Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]
    created_at: Instant
    updated_at: Instant
    monitoring_at: Instant | None
    resolved_at: Instant | None
    impact: Literal["minor", "major", "critical"]
    shortlink: str
    started_at: Instant
    page_id: str
    incident_updates: list[StatuspageUpdate] = Field(description="Newest first.")
    components: list[StatuspageComponent]


class StatuspageMaintenance(Shape):
    id: str
    name: str
    status: MaintenanceStatus
    created_at: Instant
    updated_at: Instant
    monitoring_at: None = None
    resolved_at: Instant | None
    impact: Literal["maintenance"] = "maintenance"
    shortlink: str
    started_at: Instant
    page_id: str
    incident_updates: list[StatuspageUpdate] = Field(description="Newest first.")
    components: list[StatuspageComponent]
    scheduled_for: Instant
    scheduled_until: Instant


class StatuspageSummary(Shape):
    page: StatuspagePage
    components: list[StatuspageComponent]
    incidents: list[StatuspageIncident] = Field(description="The open ones, newest first.")
    scheduled_maintenances: list[StatuspageMaintenance]
    status: StatuspageRollup


class StatuspageStatus(Shape):
    page: StatuspagePage
    status: StatuspageRollup


class StatuspageComponents(Shape):
    page: StatuspagePage
    components: list[StatuspageComponent]


class StatuspageIncidents(Shape):
    page: StatuspagePage
    incidents: list[StatuspageIncident] = Field(description="Newest first.")


class StatuspageMaintenances(Shape):
    page: StatuspagePage
    scheduled_maintenances: list[StatuspageMaintenance] = Field(description="Newest first.")
