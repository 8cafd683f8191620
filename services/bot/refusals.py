"""One table from what went wrong to the words a person reads. Pure."""

from contracts.errors import (
    Conflict,
    ContractError,
    Forbidden,
    Invalid,
    NotFound,
    Unavailable,
)
from services.bot.arguments import WrongCall
from services.bot.markup import Html
from services.bot.speech import Speech

WORDS = {
    "ticket_not_found": "bot.error.ticket_not_found",
    "ticket_closed": "bot.error.ticket_closed",
    "ticket_not_resolved": "bot.error.ticket_not_resolved",
    "ticket_already_resolved": "bot.error.ticket_already_resolved",
    "merge_with_itself": "bot.error.merge_with_itself",
    "tickets_of_different_people": "bot.error.tickets_of_different_people",
    "answer_on_its_way": "bot.error.answer_on_its_way",
    "too_many_tickets": "bot.error.too_many_tickets",
    "not_an_agent": "bot.error.not_an_agent",
    "agent_not_found": "bot.error.not_an_agent",
    "assignee_not_found": "bot.error.assignee_not_found",
    "pass_refused": "bot.join.no_link",
    "incident_not_found": "bot.error.incident_not_found",
    "incident_withdrawn": "bot.error.incident_withdrawn",
    "no_open_incident": "bot.error.no_open_incident",
    "incident_still_open": "bot.error.incident_still_open",
    "incident_not_ahead": "bot.error.incident_not_ahead",
    "incident_already_resolved": "bot.error.incident_already_resolved",
    "incident_status_holds": "bot.error.incident_status_holds",
    "incident_status_passed": "bot.error.incident_status_passed",
    "suspicion_not_found": "bot.error.suspicion_not_found",
    "suspicion_answered": "bot.error.suspicion_answered",
    "maintenance_not_found": "bot.error.maintenance_not_found",
    "maintenance_over": "bot.error.maintenance_over",
    "undo_too_late": "bot.error.undo_too_late",
    "idempotency_key_reused": "bot.error.answered",
    Invalid.code: "bot.error.invalid",
    Forbidden.code: "bot.error.not_an_agent",
    NotFound.code: "bot.error.not_found",
    Conflict.code: "bot.error.conflict",
    Unavailable.code: "bot.error.unavailable",
}

WORDS_FOR_REQUESTERS = WORDS | {
    "ticket_not_found": "bot.error.request_not_found",
    "ticket_closed": "bot.error.request_closed",
}
"""They know of no tickets, and no commands about them."""


def refusal(words: Speech, error: ContractError, *, is_agent: bool = True) -> Html:
    """What to tell the person; an error without words of its own speaks as its kind does, one
    about a merged ticket of where that goes on, one about a moment of that."""
    if merged_into := error.details.get("merged_into"):
        merged = "bot.error.ticket_merged" if is_agent else "bot.error.request_merged"
        return words(merged, id=merged_into)
    for moment in ("display_at", "starts_at", "ends_at"):
        if moment in error.details:
            return words(f"bot.error.{moment}")
    codes = (kind.code for kind in type(error).__mro__ if issubclass(kind, ContractError))
    known = WORDS if is_agent else WORDS_FOR_REQUESTERS
    message_id = next((known[code] for code in codes if code in known), "bot.error.internal")
    return words(message_id)


def usage(words: Speech, error: WrongCall) -> Html:
    """How a command is called, with an example, and what was the matter this time."""
    lines = [words(error.reason, **error.values)] if error.reason else []
    return Html("\n".join([*lines, words(f"bot.usage.{error.command}")]))
