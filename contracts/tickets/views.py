"""What tickets tells: nouns, frozen, complete enough that no caller needs the database."""

from pydantic import Field

from contracts.event import Instant, Message
from contracts.vocabulary import (
    AuthorKind,
    Category,
    Delivery,
    FoundIn,
    IncidentNotice,
    IncidentStatus,
    PassPurpose,
    Priority,
    Source,
    TicketStatus,
)


class RequesterView(Message):
    id: str
    name: str
    telegram_id: int | None = None
    locale: str | None = None


class AgentView(Message):
    """`id` is `tg:<telegram id>` for a Telegram agent, the token's `sub` for an administrator.

    Those in Telegram are let in by tickets; an administrator is vouched for by the token.
    """

    id: str
    name: str
    telegram_id: int | None = None
    allowed_by: str | None = None
    """Who let the agent in, where the list of agents is asked for: `environment`, or `invite:` and
    whoever made the link."""
    allowed_at: Instant | None = None


class PassView(Message):
    """A pass as it was issued; its token is known to the caller alone."""

    purpose: PassPurpose
    expires_at: Instant


class InviteView(Message):
    """An agent's pass that still lets somebody in. `note` is for whom it is meant, as far as that
    was said."""

    note: str
    issued_by: str
    expires_at: Instant


class InvitesView(Message):
    invites: list[InviteView]


class LinkedAccount(Message):
    """The app user with whom somebody in Telegram is one person now. `former_telegram_id` is whom
    they were joined with before, if it was somebody else; `left` names the app user whom this one
    in Telegram was joined with until now."""

    requester: RequesterView
    former_telegram_id: int | None = None
    left: str | None = None


class OfferedAccount(Message):
    """Whose account a pass that is still good is for: `name`, and `hint`, by which its owner knows
    it and nobody else learns anything; either may be empty. `is_joined`: it has joined whoever
    shows it already."""

    name: str
    hint: str
    is_joined: bool


class UnlinkedAccount(Message):
    """Whether there was a link to end; `name` is whom somebody in Telegram was joined with."""

    was_linked: bool
    name: str = ""


class AuthorView(Message):
    """`id` is an agent's, as in `AgentView`, by which agents of one name are told apart; nobody
    else is shown it. None for everybody else, and when a version told that did not tell it."""

    kind: AuthorKind
    name: str
    id: str | None = None


class LinkedIncident(Message):
    """The incident that a ticket is about. How far it has come, the public status tells."""

    id: int
    title: str


class AttachmentView(Message):
    """A file that came with a message; `key` names its contents in the store of files, `size` is
    in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    key: str


class MessageView(Message):
    """One message of the thread. `delivery` is None for a user's message, and for a merge's.

    A system's message has an empty body; each edge says it in its reader's language. With an
    `incident` the `notice` tells what it says of that one, else it says that the ticket was merged:
    into which is known from the ticket. Its author is the agent who linked or merged; what
    nobody but the desk says has an empty name. `incident_status` is where the incident stood then,
    and the body of news what the public was told. A person's message with `attachments` may have
    an empty body. `edited_at` is when its author last changed what it says; None for what stands
    as it was written.

    A note is from one agent to the others: no view for a requester has one.
    """

    id: int
    author: AuthorView
    body: str
    created_at: Instant
    delivery: Delivery | None = None
    incident: LinkedIncident | None = None
    incident_status: IncidentStatus | None = None
    notice: IncidentNotice | None = None
    is_note: bool = False
    attachments: list[AttachmentView] = Field(default_factory=list)
    edited_at: Instant | None = None


class AddedMessage(MessageView):
    """A requester's message that was just added; `has_reopened` the ticket, which was resolved."""

    has_reopened: bool = False


class EditedMessage(Message):
    """A message after an edit. `is_unanswered` when no answer has followed it yet; `is_changed`
    when the edit has said something new."""

    message: MessageView
    is_unanswered: bool
    is_changed: bool


class EarlierText(Message):
    """What a message said from `written_at` until it was edited at `replaced_at`."""

    message_id: int
    author: AuthorView
    body: str
    written_at: Instant
    replaced_at: Instant


class EarlierTexts(Message):
    """The oldest message first, and of each what it said first. When there are many, the latest;
    `left_out` are older."""

    ticket_id: int
    texts: list[EarlierText]
    left_out: int = 0


class TicketFacts(Message):
    """A ticket without its texts, as every ticket event carries it: enough to act on alone.

    `version` grows with each change. `taken_at` is when the assignee last took it, be it by
    answering or resolving what nobody had, or was given it; without one, when it was let go of.
    `status_since` is when the status began to hold; None, when a version told that did not know it.
    `first_response_at` is when the earliest public answer that was delivered was written, None
    while there is none. `unanswered_since` is the oldest message of the user that neither a
    delivered answer nor an end has followed. `reopened_at` is the message that reopened the ticket
    last, or the return of its incident, if more had been asked by then than was answered.

    `merged_into` is the ticket in which a merged one went on; that may itself be merged by now.
    `merged_at` is when something was last merged into this ticket, and `inherited_since` since when
    a word was owed in what came, None when none was. `follows` is the closed ticket in which its
    requester wanted to write when they opened this one.

    `noticed_at` is when the earliest notice of an incident that was delivered was written: no
    answer, but the requester knows since then that we know. `unlinked_at` is when the incident that
    the ticket was about was last withdrawn: a notice from before it tells nothing any more.
    `resolved_with_incident` tells that the end of its incident has resolved it, so that the
    incident's return opens it.
    """

    id: int
    version: int
    subject: str
    category: Category
    priority: Priority
    status: TicketStatus
    source: Source
    created_at: Instant
    updated_at: Instant
    requester: RequesterView
    assignee: AgentView | None = None
    taken_at: Instant | None = None
    status_since: Instant | None = None
    first_response_at: Instant | None = None
    unanswered_since: Instant | None = None
    prioritised_at: Instant | None = None
    resolved_at: Instant | None = None
    reopened_at: Instant | None = None
    merged_into: int | None = None
    merged_at: Instant | None = None
    inherited_since: Instant | None = None
    follows: int | None = None
    noticed_at: Instant | None = None
    unlinked_at: Instant | None = None
    resolved_with_incident: bool = False


class TicketSummary(TicketFacts):
    """A line of a list. `next_due_at` is sla's next deadline, kept beside the ticket;
    `wants_news` whether its requester is told of each update of the incident."""

    last_message_at: Instant
    unread: int
    next_due_at: Instant | None = None
    incident: LinkedIncident | None = None
    wants_news: bool = True
    rating: int | None = None
    """1 to 5, as its requester said at `rated_at`."""
    rated_at: Instant | None = None


class TicketView(TicketSummary):
    """A ticket whole: messages oldest first, the description is the first of them.

    `merged_from` are the tickets merged into it; what was written in them stays there.
    """

    description: str
    context: dict[str, str]
    messages: list[MessageView]
    merged_from: list[int] = Field(default_factory=list)


class TicketPage(Message):
    results: list[TicketSummary]
    next: str | None = None


class HitView(Message):
    """A ticket that was looked for. The `excerpt` is the text around the words, on one line, or
    whom they name; empty when the subject has them."""

    ticket: TicketSummary
    found_in: FoundIn
    excerpt: str


class HitPage(Message):
    results: list[HitView]
    next: int | None = None


class AgentsView(Message):
    agents: list[AgentView]
