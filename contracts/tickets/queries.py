"""What others may ask tickets to tell: each is one RPC, and changes nothing.

Ids of tickets and messages are positive integers; `requester_id` limits what is read to what is
that requester's, None sees all.
"""

from pydantic import Field

from contracts.event import Instant, Message
from contracts.tickets.commands import LARGEST_ID, Digest
from contracts.vocabulary import Category, Priority, TicketStatus

MOST_MATCHED = 500
MOST_FOUND = 50
MOST_EARLIER_TEXTS = 20
WORDS_LENGTH = 200


class LookAtPass(Message):
    """Read whose account an app user's pass is for, before somebody in Telegram uses it."""

    digest: Digest
    telegram_id: int


class FindAgent(Message):
    telegram_id: int


class GetTicket(Message):
    """Read one ticket whole; `requester_id` limits it to its owner, None sees all, notes too."""

    ticket_id: int
    requester_id: str | None = None


class GetAttachment(Message):
    """Read what is known of one file; whose ticket may be read, their files may be."""

    attachment_id: int
    requester_id: str | None = None


class GetEarlierTexts(Message):
    """Read what the messages of a ticket said before they were edited, the latest
    MOST_EARLIER_TEXTS of it; for agents."""

    ticket_id: int


class ListTickets(Message):
    """A page of tickets. By default newest activity first; `urgent_first` sorts by next deadline.

    `cursor` is opaque: hand back the `next` of the page before. `requester_id` limits the list to
    one owner. `unfinished` leaves out the resolved and the closed.
    """

    requester_id: str | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    category: Category | None = None
    assignee_id: str | None = None
    q: str | None = None
    unfinished: bool = False
    urgent_first: bool = False
    limit: int = 25
    cursor: str | None = None


class FindTickets(Message):
    """Read several tickets by id, in the order asked; unknown ids are left out."""

    ticket_ids: list[int]


class SearchTickets(Message):
    """Tickets in which every one of the words is found, for agents: in the subject, a text, a note,
    or in what its requester is called or goes by. A single number finds the ticket of that number
    too, first. Then the unfinished come first, the most urgent of them before the others, and the
    newest activity. `offset` is the `next` of the page before."""

    words: str
    limit: int = Field(10, ge=1, le=MOST_FOUND)
    offset: int = Field(0, ge=0, le=LARGEST_ID)


class MatchTickets(Message):
    """Unfinished tickets that may be about an incident, oldest first: of one of the categories, or
    of whatever kind without any; opened since then; linked to no incident."""

    categories: list[Category]
    opened_since: Instant
    limit: int = Field(MOST_MATCHED, ge=1, le=MOST_MATCHED)


class GetStats(Message):
    from_at: Instant
    to_at: Instant
