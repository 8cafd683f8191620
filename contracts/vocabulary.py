"""The closed lists of words that every process uses with the same meaning."""

from enum import StrEnum


class Priority(StrEnum):
    """How badly somebody is hit; P0 is given by agents alone."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Category(StrEnum):
    """What a ticket is about, in the order in which a form offers it."""

    LOGIN = "login"
    PAYMENT = "payment"
    LESSON = "lesson"
    ZOOM = "zoom"
    HOMEWORK = "homework"
    RECORDING = "recording"
    OTHER = "other"


class Impact(StrEnum):
    """How a requester tells us the priority without knowing our priorities."""

    BLOCKED = "blocked"
    WORKAROUND = "workaround"
    QUESTION = "question"


PRIORITY_OF_IMPACT = {
    Impact.BLOCKED: Priority.P1,
    Impact.WORKAROUND: Priority.P2,
    Impact.QUESTION: Priority.P3,
}


class TicketStatus(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


UNFINISHED = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.WAITING)
"""What "open tickets" means in lists and figures: neither resolved nor closed."""


class Source(StrEnum):
    """The door a ticket came through, and the one its answers leave by."""

    APP = "app"
    TELEGRAM = "telegram"


class AuthorKind(StrEnum):
    USER = "user"
    AGENT = "agent"
    SYSTEM = "system"


class FoundIn(StrEnum):
    """Where a ticket holds the words that were looked for."""

    NUMBER = "number"
    SUBJECT = "subject"
    MESSAGE = "message"
    NOTE = "note"
    PERSON = "person"


class Delivery(StrEnum):
    """Where an agent's answer stands on its way to the requester."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Metric(StrEnum):
    """What an SLA clock measures."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class CycleState(StrEnum):
    PENDING = "pending"
    IMMINENT_BREACH = "imminent_breach"
    BREACHING = "breaching"
    ACHIEVED = "achieved"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class CycleStart(StrEnum):
    """What a clock counts from."""

    OPENED = "opened"
    MESSAGE = "message"
    """The oldest message of the user that nobody had answered."""
    REOPENED = "reopened"
    INHERITED = "inherited"
    """A question in another ticket, which was merged into this one."""


class SatisfiedBy(StrEnum):
    """What fulfilled a clock instead of an agent's answer."""

    INCIDENT = "incident"


class Escalation(StrEnum):
    """How far a warning that led to nothing has climbed, in the order in which it does."""

    AGENTS = "agents"
    LEAD = "lead"


class PassPurpose(StrEnum):
    """What a one-time link into the support bot is for; the word before its token."""

    LINK = "link"
    """To join an app user with whoever opens it in Telegram."""
    AGENT = "agent"
    """To make whoever opens it an agent."""


class IncidentStatus(StrEnum):
    """In the order in which an incident goes through them."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class IncidentNotice(StrEnum):
    """What the desk says of an incident in a ticket that is about it."""

    KNOWN = "known"
    NEWS = "news"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class IncidentAction(StrEnum):
    """What can be done with an incident, as its audit trail tells it."""

    DECLARED = "declared"
    ASSESSED = "assessed"
    UPDATED = "updated"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    EXPLAINED = "explained"
    WITHDRAWN = "withdrawn"
    TICKET_LINKED = "ticket_linked"
    TICKET_UNLINKED = "ticket_unlinked"
    """By a link to another incident."""


class SuspicionAnswer(StrEnum):
    """What agents said to the question whether something is an incident."""

    DECLARED = "declared"
    DISMISSED = "dismissed"


class IncidentImpact(StrEnum):
    """In growing order."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class MaintenanceStatus(StrEnum):
    """In the order in which planned work goes through them; it may be cancelled before its end."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ComponentStatus(StrEnum):
    """In growing order of how bad it is."""

    OPERATIONAL = "operational"
    UNDER_MAINTENANCE = "under_maintenance"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"


COMPONENT_STATUS_OF_IMPACT = {
    IncidentImpact.MINOR: ComponentStatus.DEGRADED_PERFORMANCE,
    IncidentImpact.MAJOR: ComponentStatus.PARTIAL_OUTAGE,
    IncidentImpact.CRITICAL: ComponentStatus.MAJOR_OUTAGE,
}
"""How an incident leaves the components that it hits, unless it is told otherwise of one."""


class OverallStatus(StrEnum):
    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    OUTAGE = "outage"
