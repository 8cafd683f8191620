"""The table of a ticket's status: which fact leads from where to where."""

from datetime import datetime, timedelta

from contracts.errors import TicketAlreadyResolved, TicketClosed, TicketNotResolved
from contracts.vocabulary import UNFINISHED, TicketStatus

OPEN = TicketStatus.OPEN
IN_PROGRESS = TicketStatus.IN_PROGRESS
WAITING = TicketStatus.WAITING
RESOLVED = TicketStatus.RESOLVED
CLOSED = TicketStatus.CLOSED


def refuse_closed(status: TicketStatus) -> None:
    """A closed ticket is history. Raises TicketClosed."""
    if status == CLOSED:
        raise TicketClosed("the ticket is closed")


def after_taking(status: TicketStatus, *, keep_working: bool = False) -> TicketStatus:
    """An agent takes the ticket. An open one moves, and one that waits for its user if the agent
    keeps working. Raises TicketClosed, and TicketAlreadyResolved if there is nothing to keep
    working on."""
    refuse_closed(status)
    if keep_working and status == RESOLVED:
        raise TicketAlreadyResolved("the ticket is resolved")
    return IN_PROGRESS if status == OPEN or (keep_working and status == WAITING) else status


def after_letting_go(status: TicketStatus) -> TicketStatus:
    """Nobody has the ticket any more. What was in work is open again; raises TicketClosed."""
    refuse_closed(status)
    return OPEN if status == IN_PROGRESS else status


def after_answer(status: TicketStatus, *, is_asked_since: bool = False) -> TicketStatus:
    """An agent answers in public: the ball is the user's.

    An answer that comes in after what the user has asked since leaves the ball where it is. One to
    a resolved ticket is an afterword and leaves it resolved; raises TicketClosed.
    """
    refuse_closed(status)
    if status == RESOLVED:
        return RESOLVED
    is_ours = is_asked_since and status != WAITING
    return IN_PROGRESS if is_ours else WAITING


def after_user_message(status: TicketStatus, *, is_assigned: bool) -> TicketStatus:
    """The requester writes: whatever waited for them, or was resolved, is ours again.

    Raises TicketClosed: a closed ticket is history, and a new one is to be opened.
    """
    refuse_closed(status)
    if status in {WAITING, RESOLVED}:
        return IN_PROGRESS if is_assigned else OPEN
    return status


def refuse_unfinished(status: TicketStatus) -> None:
    """What became of a ticket can be judged only once something has. Raises TicketNotResolved."""
    if status in UNFINISHED:
        raise TicketNotResolved("the ticket is open")


def after_resolving(status: TicketStatus) -> TicketStatus:
    """An agent resolves. Raises TicketClosed, TicketAlreadyResolved."""
    refuse_closed(status)
    if status == RESOLVED:
        raise TicketAlreadyResolved("the ticket is resolved already")
    return RESOLVED


def after_refused_delivery(status: TicketStatus, *, is_assigned: bool) -> TicketStatus:
    """The answer never arrived, so nobody waits for the user: the duty is open again."""
    if status != WAITING:
        return status
    return IN_PROGRESS if is_assigned else OPEN


def after_late_arrival(status: TicketStatus, *, is_all_answered: bool) -> TicketStatus:
    """The answer has arrived after all: the ball is the user's, if they ask nothing more."""
    is_ours = status in {OPEN, IN_PROGRESS}
    return WAITING if is_ours and is_all_answered else status


def is_time_to_close(
    status: TicketStatus, resolved_at: datetime | None, now: datetime, reopen_within: timedelta
) -> bool:
    """Has a resolved ticket outlived the days in which it could reopen?"""
    return status == RESOLVED and resolved_at is not None and now >= resolved_at + reopen_within
