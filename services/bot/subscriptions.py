"""What the bot listens to; each handler is the method of `Notices` with that name."""

from chassis.broker.topology import Subscription
from contracts.event import Event, MessageParked
from contracts.incidents import (
    IncidentDeclared,
    IncidentResolved,
    IncidentUpdated,
    IncidentWithdrawn,
)
from contracts.sla import SlaBreached, SlaBreachWithdrawn, SlaWarned, SlaWarningClimbed
from contracts.tickets import (
    AnswerRefused,
    TicketAnswered,
    TicketLinked,
    TicketMerged,
    TicketOpened,
    TicketResolved,
    UserMessageAdded,
)

_HANDLERS: dict[str, type[Event]] = {
    "announce_ticket": TicketOpened,
    "pass_on_message": UserMessageAdded,
    "carry_answer": TicketAnswered,
    "tell_refusal": AnswerRefused,
    "tell_resolved": TicketResolved,
    "tell_merged": TicketMerged,
    "tell_linked": TicketLinked,
    "warn": SlaWarned,
    "escalate": SlaWarningClimbed,
    "shout": SlaBreached,
    "take_back": SlaBreachWithdrawn,
    "raise_alarm": IncidentDeclared,
    "pass_on_update": IncidentUpdated,
    "give_all_clear": IncidentResolved,
    "call_off": IncidentWithdrawn,
    "tell_parked": MessageParked,
}

SUBSCRIPTIONS = [Subscription("bot", handler, event) for handler, event in _HANDLERS.items()]
