"""What incidents can be told and asked."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts.event import Command, Instant, Message
from contracts.vocabulary import ComponentStatus, IncidentImpact, IncidentStatus

TITLE_LENGTH = 200
UPDATE_LENGTH = 2_000
POSTMORTEM_LENGTH = 10_000
MOST_LINKED = 500
UNDO = timedelta(seconds=30)
"""How long the public may have seen a declaration that is taken back."""

Title = Annotated[str, StringConstraints(min_length=1, max_length=TITLE_LENGTH)]
UpdateText = Annotated[str, StringConstraints(min_length=1, max_length=UPDATE_LENGTH)]
PostmortemText = Annotated[str, StringConstraints(min_length=1, max_length=POSTMORTEM_LENGTH)]


class IncidentCommand(Command):
    """What an agent does with an incident. `origin` says from where, for the audit trail: the
    channel, and the place in it, such as `telegram:7001`."""

    circumstances: ClassVar[frozenset[str]] = frozenset({"origin"})

    origin: str = Field("telegram", max_length=80)


class DeclareIncident(IncidentCommand):
    """Declare an incident, public at once; its title is the first update.

    Its components are as badly off as its impact says (`AssessIncident` can tell otherwise).
    Raises RecentIncidentOpen when one declared in the last 10 minutes is open, unless
    `even_if_recent`: then the agent has been asked and wants another.

    With `suspicion_id` it answers that suspicion, and without components hits those of its
    category. Raises SuspicionNotFound, SuspicionAnswered.
    """

    title: Title
    declared_by: str
    declared_at: Instant
    impact: IncidentImpact = IncidentImpact.CRITICAL
    components: list[str] = Field(default_factory=list)
    even_if_recent: bool = False
    suspicion_id: int | None = None


class AssessIncident(IncidentCommand):
    """Say how bad it is and what it hits, without a public word. Without `incident_id` it means
    the only open one, else SeveralOpenIncidents or NoOpenIncident.

    Without `impact` that stays. `components` maps some to how they are by this incident:
    `operational` takes one out. Those that are not named stay, but go with a new impact where they
    stood as the old one had it.
    """

    assessed_by: str
    assessed_at: Instant
    incident_id: int | None = None
    impact: IncidentImpact | None = None
    components: dict[str, ComponentStatus] = Field(default_factory=dict)


class UpdateIncident(IncidentCommand):
    """Tell the public more; without `incident_id` as in AssessIncident. Without `status` the status
    stays; it may skip steps, but going back is IncidentStatusPassed (`ReopenIncident` goes back),
    the one that holds already is IncidentStatusHolds: of two who say so, one is the first; and
    `resolved` is ResolveIncident's to say. `display_at` is when it was so, if it is not now:
    between the incident's start, whose minute means the start itself, and now. Such an update tells
    the status that held then and changes none, so it has none of its own."""

    message: UpdateText
    updated_by: str
    updated_at: Instant
    incident_id: int | None = None
    status: IncidentStatus | None = None
    display_at: Instant | None = None


class ResolveIncident(IncidentCommand):
    """End an incident with a last public word; without `incident_id` as in AssessIncident."""

    message: UpdateText
    resolved_by: str
    resolved_at: Instant
    incident_id: int | None = None


class ReopenIncident(IncidentCommand):
    """Go back to `investigating` with a public word: it was not over, or the cause was another.
    The only way back. Components that its end had healed are again as they were.

    Raises IncidentNotAhead when it is investigated already.
    """

    incident_id: int
    message: UpdateText
    reopened_by: str
    reopened_at: Instant


class WritePostmortem(IncidentCommand):
    """Tell the public why it happened, after the end; a later text takes the place of the first.

    Raises IncidentStillOpen.
    """

    incident_id: int
    text: PostmortemText
    written_by: str
    written_at: Instant


class WithdrawIncident(IncidentCommand):
    """Take back a declaration within `UNDO` of its becoming public; later it is UndoTooLate, after
    its end IncidentAlreadyResolved. The database keeps it, the public never sees it again."""

    incident_id: int
    withdrawn_by: str
    withdrawn_at: Instant


class DismissSuspicion(Command):
    """Say that it is no incident. Raises SuspicionNotFound, SuspicionAnswered."""

    suspicion_id: int
    dismissed_by: str
    dismissed_at: Instant


class LinkTicket(IncidentCommand):
    """Say that a ticket is about an open incident; without `incident_id` as in AssessIncident.

    A ticket has one link: to name another incident moves it, to name the same changes nothing.
    Whether there is such a ticket, and whether it can still change, tickets knows alone.
    """

    ticket_id: int
    incident_id: int | None = None
    agent_id: str


class LinkTickets(IncidentCommand):
    """The same for several at once; without `incident_id` as in AssessIncident."""

    ticket_ids: list[int] = Field(min_length=1, max_length=MOST_LINKED)
    incident_id: int | None = None
    agent_id: str


class ClosedTicket(Message):
    """What is known of a ticket at its end, as tickets told it."""

    merged_into: int | None = None


class JoinIncident(IncidentCommand):
    """A requester says "I have this too", and is counted once. With `ticket_id`, which whoever
    calls knows to be theirs, that ticket is linked instead of another being opened.

    Raises TicketClosed for one that they saw closed, unless that came after the same command.
    """

    circumstances: ClassVar = IncidentCommand.circumstances | {"closed_ticket"}

    incident_id: int
    requester_id: str
    ticket_id: int | None = None
    closed_ticket: ClosedTicket | None = None


class AnnounceMaintenance(Command):
    """Tell the public of planned work, to come or beginning now. It starts and ends by itself.

    `starts_at` may lie up to a minute back (whoever types takes a while), and it lasts a week at
    most; else Invalid, with the field.
    """

    title: Title
    starts_at: Instant
    ends_at: Instant
    components: list[str] = Field(default_factory=list)
    announced_by: str
    announced_at: Instant


class ChangeMaintenance(Command):
    """Say of components whether planned work concerns them; those not named stay as they are.

    Raises MaintenanceOver for what has ended or was cancelled.
    """

    maintenance_id: int
    components: dict[str, bool]
    changed_by: str


class CancelMaintenance(Command):
    """Planned work does not take place, or ends before its time. Raises MaintenanceOver."""

    maintenance_id: int
    cancelled_by: str
    cancelled_at: Instant


class GetStatus(Message):
    """The public status of this moment."""


class ListIncidents(Message):
    """Incidents, newest first; withdrawn ones are left out."""

    limit: int = Field(50, ge=1, le=200)
    only_open: bool = False


class GetIncidentStats(Message):
    from_at: Instant
    to_at: Instant


class GetAuditTrail(Message):
    """Who did what with an incident, oldest first; also of a withdrawn one."""

    incident_id: int
