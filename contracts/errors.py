"""Every way in which a process may refuse, as words of the domain with a stable code.

Five kinds: `Invalid`, `Forbidden`, `NotFound`, `Conflict`, `Unavailable`. Anything else is a bug.
One constructor for all, `(message, details)`, because the RPC wire rebuilds errors from exactly
these two. The message is English for logs; the edges turn `code` and `details` into the words a
person reads.
"""

from typing import ClassVar


class ContractError(Exception):
    """A refusal that the caller can understand. `details` holds the values the words need."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str = "", details: dict[str, str] | None = None) -> None:
        super().__init__(message, details or {})
        self.message = message or self.code
        self.details: dict[str, str] = details or {}

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Invalid(ContractError):
    """What was asked makes no sense as it stands; `details` maps a field to what is wrong."""

    code = "invalid"


class Forbidden(ContractError):
    """The caller may not do this."""

    code = "forbidden"


class NotFound(ContractError):
    """What was named does not exist, or not for this caller."""

    code = "not_found"


class Conflict(ContractError):
    """It could be done, but not in the state things are in."""

    code = "conflict"


class Unavailable(ContractError):
    """No answer in time, or none possible now. The outcome is unknown: retry with the same id."""

    code = "unavailable"


class TicketNotFound(NotFound):
    code = "ticket_not_found"


class TicketClosed(Conflict):
    """`details` may have the closed ticket as `ticket_id`, and of a merged one as `merged_into` the
    ticket in which it goes on now, however many merges away."""

    code = "ticket_closed"


class TicketNotResolved(Conflict):
    """It is open, so nothing has become of it that could be judged."""

    code = "ticket_not_resolved"


class TicketAlreadyResolved(Conflict):
    code = "ticket_already_resolved"


class TooManyTickets(Conflict):
    """This person opened the allowed number of tickets within the hour."""

    code = "too_many_tickets"


class MergeWithItself(Invalid):
    code = "merge_with_itself"


class TicketsOfDifferentPeople(Conflict):
    """Merged, one person would read what was written to another."""

    code = "tickets_of_different_people"


class AnswerOnItsWay(Unavailable):
    """Whether an answer in one of the tickets arrives is not known yet: it will be in a moment, and
    nothing was done until then."""

    code = "answer_on_its_way"


class MessageNotFound(NotFound):
    code = "message_not_found"


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"


class FileEmpty(Invalid):
    code = "file_empty"


class FileTooLarge(Invalid):
    """`details` has the `limit` in bytes."""

    code = "file_too_large"


class FileKindRefused(Invalid):
    """Judged by its contents. `details` has the `media_type`, empty for what nobody knows."""

    code = "file_kind_refused"


class NotAnAgent(Forbidden):
    code = "not_an_agent"


class AgentNotFound(NotFound):
    code = "agent_not_found"


class AssigneeNotFound(AgentNotFound):
    """Whoever is to have the ticket is no agent, or no longer one."""

    code = "assignee_not_found"


class PassRefused(NotFound):
    """There is no such pass for this, or it was used, or its time is over: which of these, nobody
    is told who shows a token."""

    code = "pass_refused"


class BotUnavailable(Unavailable):
    """The support bot does not say who it is: it has no token, or is silent."""

    code = "bot_unavailable"


class IncidentNotFound(NotFound):
    code = "incident_not_found"


class WithdrawnIncident(IncidentNotFound):
    """It was declared by mistake and taken back: only its audit trail is left."""

    code = "incident_withdrawn"


class NoOpenIncident(NotFound):
    code = "no_open_incident"


class SeveralOpenIncidents(Conflict):
    """`details` maps each open incident's id to its title, so that the caller can ask which."""

    code = "several_open_incidents"


class RecentIncidentOpen(Conflict):
    """One declared minutes ago is still open; `details` has its `id` and `title`."""

    code = "recent_incident_open"


class IncidentAlreadyResolved(Conflict):
    code = "incident_already_resolved"


class IncidentStillOpen(Conflict):
    """What can be done only after its end."""

    code = "incident_still_open"


class IncidentStatusPassed(Conflict):
    """An incident goes back only when it is reopened; `details` has the `status` it stands at."""

    code = "incident_status_passed"


class IncidentStatusHolds(Conflict):
    """It stands there already; `details` has the `status`. Words without a status are told."""

    code = "incident_status_holds"


class IncidentNotAhead(Conflict):
    """It stands at its first status, so there is nothing to go back from."""

    code = "incident_not_ahead"


class SuspicionNotFound(NotFound):
    code = "suspicion_not_found"


class SuspicionAnswered(Conflict):
    """Somebody has; `details` has the `answer`, `answered_by` and `answered_at` (RFC 3339), and of
    a declared one the incident's `id` and `title`."""

    code = "suspicion_answered"


class MaintenanceNotFound(NotFound):
    code = "maintenance_not_found"


class MaintenanceOver(Conflict):
    """It has ended or was cancelled."""

    code = "maintenance_over"


class UndoTooLate(Conflict):
    code = "undo_too_late"


class HolidaysUnknown(NotFound):
    """Nobody told of holidays there; `details` has the `country`, and the `years` if only they are
    unknown."""

    code = "holidays_unknown"


class CalendarNeverOpens(Conflict):
    """It would be left without working time; `details` has the `matter`, which names it."""

    code = "calendar_never_opens"


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"


class IdempotencyKeyInProgress(Conflict):
    code = "idempotency_key_in_progress"


def errors_by_code() -> dict[str, type[ContractError]]:
    """Every error by its code, found by walking the subclasses; the broader one has the code
    that a narrower one did not change."""
    found: dict[str, type[ContractError]] = {}
    waiting: list[type[ContractError]] = [ContractError]
    while waiting:
        error = waiting.pop()
        found.setdefault(error.code, error)
        waiting.extend(error.__subclasses__())
    return found
