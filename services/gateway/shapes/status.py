"""The public status as answers show it."""

from pydantic import Field

from contracts.event import Instant
from contracts.vocabulary import ComponentStatus, IncidentImpact, IncidentStatus, OverallStatus
from services.gateway.shapes.shape import Shape


class Update(Shape):
    status: IncidentStatus
    message: str
    created_at: Instant
    display_at: Instant = Field(
        validation_alias="shown_at",
        description="When it was so, which may be before it was written; to be shown.",
    )


class Incident(Shape):
    id: int
    title: str
    status: IncidentStatus
    impact: IncidentImpact
    started_at: Instant
    resolved_at: Instant | None
    next_update_by: Instant | None = Field(
        description="When the next public word is promised, while it is open."
    )
    components: list[str]
    updates: list[Update] = Field(
        validation_alias="shown_updates", description="By `display_at`, the newest last."
    )


class Component(Shape):
    id: str
    name: str
    status: ComponentStatus


class Status(Shape):
    status: OverallStatus
    message: str
    incident: Incident | None = Field(description="The gravest open one.")
    incidents: list[Incident]
    components: list[Component]
    updated_at: Instant | None = Field(description="The last change; null while nothing is known.")
    stale: bool = Field(description="Not confirmed for 30 seconds or more.")
    age_seconds: float | None = Field(description="How long ago this was last confirmed.")
