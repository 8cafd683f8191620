"""What the bot listens to; each handler is the method with that name of one of the notices
(`hearing`)."""

from chassis.broker.topology import Subscription
from contracts.event import Event, MessageParked
from contracts.incidents import (
    IncidentAssessed,
    IncidentDeclared,
    IncidentFellSilent,
    IncidentReopened,
    IncidentResolved,
    IncidentSuspected,
    IncidentUpdated,
    IncidentWithdrawn,
    MaintenanceEnded,
    MaintenanceStarted,
)
from contracts.sla import SlaBreached, SlaBreachWithdrawn, SlaWarned, SlaWarningClimbed
from contracts.tickets import (
    AnswerRefused,
    IncidentTold,
    MessageEdited,
    TicketAnswered,
    TicketAssigned,
    TicketClosed,
    TicketLinked,
    TicketMerged,
    TicketNoted,
    TicketOpened,
    TicketPrioritised,
    TicketReopened,
    TicketResolved,
    TicketTaken,
    TicketUnlinked,
    UserMessageAdded,
)

_HEARD: dict[str, type[Event]] = {
    "announce_ticket": TicketOpened,
    "pass_on_message": UserMessageAdded,
    "tell_edit": MessageEdited,
    "carry_answer": TicketAnswered,
    "tell_note": TicketNoted,
    "tell_assigned": TicketAssigned,
    "tell_taken": TicketTaken,
    "tell_raised": TicketPrioritised,
    "tell_refusal": AnswerRefused,
    "tell_resolved": TicketResolved,
    "tell_merged": TicketMerged,
    "tell_linked": TicketLinked,
    "tell_unlinked": TicketUnlinked,
    "carry_news": IncidentTold,
    "note_reopened": TicketReopened,
    "note_closed": TicketClosed,
    "warn": SlaWarned,
    "escalate": SlaWarningClimbed,
    "shout": SlaBreached,
    "take_back": SlaBreachWithdrawn,
    "tell_parked": MessageParked,
    "raise_alarm": IncidentDeclared,
    "pass_on_update": IncidentUpdated,
    "give_all_clear": IncidentResolved,
    "raise_again": IncidentReopened,
    "call_off": IncidentWithdrawn,
    "note_assessment": IncidentAssessed,
    "tell_silence": IncidentFellSilent,
    "tell_suspicion": IncidentSuspected,
    "tell_work_started": MaintenanceStarted,
    "tell_work_ended": MaintenanceEnded,
}

SUBSCRIPTIONS = [Subscription("bot", handler, event) for handler, event in _HEARD.items()]
