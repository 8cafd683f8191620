"""Tickets and their messages as answers show them."""

from typing import Literal

from pydantic import Field, computed_field

from contracts.event import Instant
from contracts.vocabulary import (
    AuthorKind,
    Category,
    Delivery,
    IncidentStatus,
    Priority,
    Source,
    TicketStatus,
)
from services.gateway.shapes.clocks import Sla
from services.gateway.shapes.shape import Shape


class Requester(Shape):
    id: str = Field(description="The token's `sub`, or `tg:<id>` for somebody from Telegram.")
    name: str


class Assignee(Shape):
    name: str


class Author(Shape):
    kind: AuthorKind
    name: str


class Attachment(Shape):
    """A file that came with a message."""

    id: int
    name: str = Field(description="What the person called it, made harmless.")
    media_type: str = Field(description="By its contents.")
    size: int = Field(description="In bytes.")

    @computed_field(  # type: ignore[prop-decorator]
        description="Fetched with the caller's token, by whoever may read the ticket."
    )
    @property
    def url(self) -> str:
        return f"/api/support/attachments/{self.id}/"


class Message(Shape):
    id: int
    author: Author
    body: str = Field(description="Of kind `system` in the language of the reader.")
    created_at: Instant
    edited_at: Instant | None = Field(
        description="When its author last changed it in Telegram; null for what stands as written."
    )
    delivery: Delivery | None = Field(
        description="How an agent's answer, or a notice of an incident, fared; else null."
    )
    attachments: list[Attachment] = Field(default_factory=list)
    note: Literal[True] | None = Field(
        None,
        description="There, and true, when it is an agent's note for agents, which "
        "administrators alone are shown.",
        exclude_if=lambda note: note is None,
    )


class LinkedIncident(Shape):
    id: int
    title: str
    status: IncidentStatus


class _TicketBase(Shape):
    id: int
    subject: str
    category: Category
    priority: Priority
    status: TicketStatus
    source: Source
    created_at: Instant = Field(description="When it was received; the SLA starts here.")
    updated_at: Instant
    first_response_at: Instant | None = Field(
        description="When the first answer of an agent that was delivered was written. Null before "
        "that, also when the notice of an incident has stopped the clock "
        "(`sla.first_response.satisfied_by`)."
    )
    resolved_at: Instant | None
    requester: Requester
    assignee: Assignee | None
    merged_into: int | None = Field(
        description="The ticket in which a merged one goes on; that may be merged itself by now."
    )
    incident: LinkedIncident | None = Field(
        None, description="The incident that the ticket is about, and how far it has come."
    )
    sla: Sla | None = Field(None, description="Null only while the SLA service is silent.")


class Ticket(_TicketBase):
    description: str
    known_incident: LinkedIncident | None = Field(
        None,
        description="An open incident that the ticket may be about, while it is linked to none: "
        "`me_too` links it.",
    )
    messages: list[Message] = Field(description="Oldest first; the description is the first.")


class TicketSummary(_TicketBase):
    last_message_at: Instant
    unread: int = Field(description="Agents' messages since the owner last read.")


class Affected(Shape):
    """That somebody has an incident's trouble too has been counted."""

    incident: LinkedIncident
    affected: int = Field(description="Tickets about it, and people without one.")


class TicketPage(Shape):
    results: list[TicketSummary]
    next: str | None = Field(description="The cursor of the next page, null on the last.")
