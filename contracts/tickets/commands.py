"""What others may ask tickets to do. Named in the imperative; each is one RPC.

Ids of tickets and messages are positive integers. An agent is named by Telegram id; an
administrator who answers over HTTP is named by the token's `sub`.
"""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints, field_validator
from pydantic_core.core_schema import ValidationInfo

from contracts.event import Command, Instant, Message
from contracts.files import clean_file_name
from contracts.vocabulary import Category, PassPurpose, Priority, Source

SUBJECT_LENGTH = 200
TEXT_LENGTH = 10_000
BEST_RATING = 5
LARGEST_ID = 2**63 - 1
MOST_ATTACHMENTS = 10
LARGEST_FILE = 100 * 2**20
BY_START = "start"
"""As `allowed_by`: whoever has access has begun anew and told a name; nobody is let in by it."""

Text = Annotated[str, StringConstraints(max_length=TEXT_LENGTH)]
"""What a person writes. It may be empty beside a file only; tickets sees to that."""
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=SUBJECT_LENGTH)]


class Person(Message):
    """Whoever writes: `id` is the app's user id, or `tg:<telegram id>` for somebody without one."""

    id: str
    name: str = ""
    email: str | None = None
    telegram_id: int | None = None
    locale: str | None = None


class KeptFile(Message):
    """A file that was put in the store before whoever sent it is answered. `key` is its name there,
    the SHA-256 of its contents in hexadecimal; `name` what the person called it, made harmless, for
    showing only; `size` is in bytes."""

    key: str = Field(pattern="^[0-9a-f]{64}$")
    media_type: str = Field(pattern="^[a-z]+/[a-z0-9.+-]+$", max_length=100)
    name: str
    size: int = Field(ge=1, le=LARGEST_FILE)

    @field_validator("name")
    @classmethod
    def _is_harmless(cls, name: str, others: ValidationInfo) -> str:
        return clean_file_name(name, others.data.get("media_type", ""))


Attachments = Annotated[list[KeptFile], Field(max_length=MOST_ATTACHMENTS)]


class OpenTicket(Command):
    """Open a ticket. `received_at` is when the edge got the request: the SLA starts there."""

    circumstances: ClassVar = frozenset({"requester", "limit_per_hour"})
    once_wished: ClassVar = frozenset({"limit_per_hour"})

    requester: Person
    description: Text
    attachments: Attachments = Field(default_factory=list)
    subject: Subject | None = None
    category: Category = Category.OTHER
    priority: Priority = Priority.P3
    source: Source = Source.APP
    context: dict[str, str] = Field(default_factory=dict)
    received_at: Instant
    follows: int | None = None
    """The closed ticket of the same person in which they wanted to write."""
    limit_per_hour: int | None = None
    """Refuse with TooManyTickets when this person opened that many within the last hour."""


class AddUserMessage(Command):
    """The requester writes again. Continues the ticket, reopening it within the allowed days."""

    ticket_id: int
    requester_id: str
    body: Text
    attachments: Attachments = Field(default_factory=list)
    received_at: Instant


class AnswerTicket(Command):
    """An agent's public answer. Takes an unassigned ticket for the agent who answers."""

    circumstances: ClassVar = frozenset({"agent_name"})

    ticket_id: int
    agent_id: str
    agent_name: str = ""
    body: Text
    attachments: Attachments = Field(default_factory=list)
    received_at: Instant
    resolves: bool = False
    """It is the last word: the ticket is resolved with it, unless it is already."""


class AddNote(Command):
    """An agent's word to colleagues in the thread. Nothing of the ticket changes by it, and its
    requester never sees it."""

    ticket_id: int
    agent_id: str
    body: Text
    received_at: Instant


class TakeTicket(Command):
    """An agent makes the ticket their own; with `keep_working` they say that they go on with it, so
    that it does not wait for its user."""

    ticket_id: int
    agent_id: str
    keep_working: bool = False


class AssignTicket(Command):
    """An agent gives the ticket to one who has access in Telegram, or to nobody with None."""

    ticket_id: int
    agent_id: str
    assignee_id: str | None = None


class SetPriority(Command):
    ticket_id: int
    agent_id: str
    priority: Priority


class SetImpact(Command):
    """The requester tells category or impact after opening, with the bot's buttons."""

    ticket_id: int
    requester_id: str
    category: Category | None = None
    priority: Priority | None = None


class ResolveTicket(Command):
    ticket_id: int
    agent_id: str


class ReopenTicket(Command):
    """The requester says that a resolved ticket is not solved, without writing anything: `body` is
    how the desk puts it in the thread. One that is open stays as it is."""

    circumstances: ClassVar = frozenset({"body"})

    ticket_id: int
    requester_id: str
    body: Text
    received_at: Instant


class RateTicket(Command):
    """The requester says how content they are with what became of a ticket, 1 to 5; the last word
    counts."""

    ticket_id: int
    requester_id: str
    rating: int = Field(ge=1, le=BEST_RATING)
    rated_at: Instant


class EditUserMessage(Command):
    """The requester has changed one of their messages in the messenger. What it said stays as an
    earlier version of it; an edit that is older than what is known changes nothing."""

    ticket_id: int
    message_id: int
    requester_id: str
    body: Text
    edited_at: Instant


class WishNews(Command):
    """The requester says whether they want to be told of each update of the ticket's incident; of
    its end they are told anyway."""

    ticket_id: int
    requester_id: str
    wanted: bool


class MergeTickets(Command):
    """Go on with two tickets of one person as one: the source is closed, the survivor goes on."""

    source_id: int
    survivor_id: int
    agent_id: str


class IntroduceRequester(Message):
    """Remember who somebody is who only reads so far: the host's token names their Telegram id,
    which joins the two."""

    requester: Person


class MarkRead(Command):
    """The owner has seen the thread up to `read_at`."""

    ticket_id: int
    requester_id: str
    read_at: Instant


class RecordDelivery(Command):
    """What became of an agent's answer, or of a notice of an incident, in Telegram: taken by the
    Bot API, or refused for good."""

    ticket_id: int
    message_id: int
    delivered: bool
    refusal: str | None = None


class RegisterAgent(Command):
    """Let in one of SUPPORT_AGENT_IDS, or refresh the name of somebody who has access
    (`BY_START`)."""

    telegram_id: int
    name: str
    allowed_by: str


class RemoveAgent(Command):
    telegram_id: int


class IssuePass(Command):
    """Let whoever shows the token of this digest be joined with the `requester`, or become an
    agent, once and for a while. `note` is for whom an agent's is meant."""

    digest: Digest
    purpose: PassPurpose
    issued_by: str
    requester: Person | None = None
    note: str = ""


class AcceptInvite(Command):
    """Somebody in Telegram shows an agent's pass."""

    circumstances: ClassVar = frozenset({"name"})

    digest: Digest
    telegram_id: int
    name: str


class LinkAccount(Command):
    """Somebody in Telegram shows an app user's pass: from now on they are one person."""

    digest: Digest
    telegram_id: int


class UnlinkAccount(Command):
    """Somebody in Telegram takes back that they are one with this app user."""

    telegram_id: int
    requester_id: str
