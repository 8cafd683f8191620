"""Facts about tickets. Each carries the ticket's state after the fact, so that a listener can act
on it alone, in any order; `version` is the ticket's."""

from typing import ClassVar

from contracts.event import Event, Instant
from contracts.tickets.views import AgentView, LinkedIncident, MessageView, TicketFacts
from contracts.vocabulary import IncidentStatus, Priority


class TicketEvent(Event):
    """What all facts about a ticket share."""

    ticket: TicketFacts


class TicketOpened(TicketEvent):
    type: ClassVar = "ticket.opened.v1"
    heard_by: ClassVar = frozenset({"sla", "bot", "incidents"})

    message: MessageView


class UserMessageAdded(TicketEvent):
    type: ClassVar = "ticket.user_message_added.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    message: MessageView
    reopened: bool = False


class MessageEdited(TicketEvent):
    """The requester has changed what one of their messages says: `message` says it as it is now."""

    type: ClassVar = "ticket.message_edited.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    message: MessageView


class TicketAnswered(TicketEvent):
    """An agent answered in public. Not yet a response: that is when it is delivered."""

    type: ClassVar = "ticket.answered.v1"
    heard_by: ClassVar = frozenset({"bot"})

    message: MessageView
    agent: AgentView


class TicketNoted(TicketEvent):
    """An agent left a note for the others. The ticket is as it was before, its version too."""

    type: ClassVar = "ticket.noted.v1"
    heard_by: ClassVar = frozenset({"bot"})

    message: MessageView
    agent: AgentView


class AnswerDelivered(TicketEvent):
    type: ClassVar = "ticket.answer_delivered.v1"
    heard_by: ClassVar = frozenset({"sla"})

    message_id: int
    written_at: Instant


class AnswerRefused(TicketEvent):
    """Telegram refused the answer for good (the person blocked the bot): the duty is open again."""

    type: ClassVar = "ticket.answer_refused.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    message_id: int
    refusal: str


class TicketTaken(TicketEvent):
    """The `agent` has it now; the `former` one had it."""

    type: ClassVar = "ticket.taken.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    agent: AgentView
    former: AgentView | None = None


class TicketAssigned(TicketEvent):
    """The `agent` gave the ticket to whoever has it now, or to nobody; the `former` one had it."""

    type: ClassVar = "ticket.assigned.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    agent: AgentView
    former: AgentView | None = None


class TicketPrioritised(TicketEvent):
    """The `agent` has judged anew; without one the requester has said how bad it is. `former` is
    what it was before; None when a version told that did not tell, nor by whom."""

    type: ClassVar = "ticket.prioritised.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    agent: AgentView | None = None
    former: Priority | None = None


class TicketCategorised(TicketEvent):
    type: ClassVar = "ticket.categorised.v1"
    heard_by: ClassVar = frozenset({"sla", "incidents"})


class TicketResolved(TicketEvent):
    """An agent says it is done; or, with an `incident`, that is over, which IncidentTold tells the
    requester. The agent is then whoever had the ticket, or nobody, with an empty id."""

    type: ClassVar = "ticket.resolved.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    agent: AgentView
    incident: LinkedIncident | None = None


class TicketReopened(TicketEvent):
    """The `incident` is back whose end had resolved the ticket, which IncidentTold tells the
    requester. One that its requester reopens is told by UserMessageAdded."""

    type: ClassVar = "ticket.reopened.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    incident: LinkedIncident


class TicketMerged(TicketEvent):
    """The `source` was closed, and what is open in it goes on in `ticket`, the survivor."""

    type: ClassVar = "ticket.merged.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    source: TicketFacts
    agent: AgentView


class TicketLinked(TicketEvent):
    """The ticket is about an incident, which stood at `incident_status` then. The `message` tells
    the requester so; None for one who was answered, or told of this incident, before, and of one
    that is over, whose end IncidentTold tells."""

    type: ClassVar = "ticket.linked.v1"
    heard_by: ClassVar = frozenset({"bot"})

    incident: LinkedIncident
    incident_status: IncidentStatus
    message: MessageView | None = None


class TicketUnlinked(TicketEvent):
    """The incident that the ticket was about was declared by mistake, so what was said of it is no
    response. The `message` tells the requester so; None when the ticket is at its end."""

    type: ClassVar = "ticket.unlinked.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})

    incident: LinkedIncident
    message: MessageView | None = None


class IncidentTold(TicketEvent):
    """News of the ticket's incident, for its requester: the `message` has what the public was
    told."""

    type: ClassVar = "ticket.incident_told.v1"
    heard_by: ClassVar = frozenset({"bot"})

    incident: LinkedIncident
    incident_status: IncidentStatus
    message: MessageView


class NoticeDelivered(TicketEvent):
    """The requester was told of the incident. Not an answer: what was asked is asked still."""

    type: ClassVar = "ticket.notice_delivered.v1"
    heard_by: ClassVar = frozenset({"sla"})

    message_id: int
    written_at: Instant


class TicketClosed(TicketEvent):
    """Seven days after it was resolved nobody had written again."""

    type: ClassVar = "ticket.closed.v1"
    heard_by: ClassVar = frozenset({"sla", "bot"})
