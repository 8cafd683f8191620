"""What agents press under a ticket. Pure."""

from collections.abc import Sequence

from contracts.texts import is_blank
from contracts.tickets import AgentView, MessageView, TicketFacts, TicketView
from contracts.vocabulary import Priority, TicketStatus
from services.bot.buttons.codes import (
    EXPLAIN_DEADLINE,
    FIND_MORE,
    KEEP_WORKING,
    LINK_TICKET,
    NOTE,
    PREVIEW_CANNED,
    REPLY,
    RESOLVE,
    SEND_CANNED,
    SET_ASSIGNEE,
    SET_PRIORITY,
    SHOW_ASSIGNEES,
    SHOW_CANNED,
    SHOW_CARD,
    SHOW_EARLIER,
    SHOW_FILES,
    SHOW_PRIORITIES,
    TAKE,
    TITLE_LENGTH,
    code,
    marked,
    pairs,
)
from services.bot.letters import Button, Keyboard
from services.bot.markup import one_line
from services.bot.speech import Speech

MOST_ASSIGNEES = 30
"""More agents are not offered by buttons; they are named."""


def ticket_card(words: Speech, ticket: TicketFacts, *, can_link: bool = False) -> Keyboard:
    """What an agent can do with a ticket as it stands: a closed one is history, and what is
    resolved may still be taken, answered and judged anew. `can_link` when there is an incident
    that it may be about."""
    ticket_id = ticket.id
    why = Button(words("bot.button.why"), code(EXPLAIN_DEADLINE, ticket_id))
    reading = (why, *_earlier(words, ticket))
    if ticket.status == TicketStatus.CLOSED:
        return (reading,)
    priority = Button(words("bot.button.priority"), code(SHOW_PRIORITIES, ticket_id))
    resolve = Button(words("bot.button.resolve"), code(RESOLVE, ticket_id))
    note = Button(words("bot.button.note"), code(NOTE, ticket_id))
    canned = Button(words("bot.button.canned"), code(SHOW_CANNED, ticket_id))
    link = Button(words("bot.button.link"), code(LINK_TICKET, ticket_id))
    is_resolved = ticket.status == TicketStatus.RESOLVED
    return (
        (
            Button(words("bot.button.take"), code(TAKE, ticket_id)),
            Button(words("bot.button.reply"), code(REPLY, ticket_id)),
        ),
        (note, canned) if words.canned else (note,),
        (priority, Button(words("bot.button.assign"), code(SHOW_ASSIGNEES, ticket_id))),
        *(() if is_resolved else ((resolve,),)),
        *(((link,),) if can_link else ()),
        reading,
    )


def whole_card(words: Speech, ticket: TicketView, *, can_link: bool = False) -> Keyboard:
    """The same under a ticket of which it is known what files it has and whether it is linked."""
    count = sum(len(message.attachments) for message in ticket.messages)
    card = ticket_card(words, ticket, can_link=can_link and ticket.incident is None)
    return (*_files(words, count, code(SHOW_FILES, ticket.id)), *card)


def files_of(words: Speech, ticket_id: int, message: MessageView) -> Keyboard:
    """To be sent the files of one message."""
    return _files(words, len(message.attachments), code(SHOW_FILES, ticket_id, message.id))


def _files(words: Speech, count: int, data: str) -> Keyboard:
    return ((Button(words("bot.button.files", count=count), data),),) if count else ()


def _earlier(words: Speech, ticket: TicketFacts) -> tuple[Button, ...]:
    """What edited messages said before, as far as the messages are known here."""
    messages = ticket.messages if isinstance(ticket, TicketView) else []
    if all(message.edited_at is None for message in messages):
        return ()
    return (earlier(words, ticket.id),)


def earlier(words: Speech, ticket_id: int) -> Button:
    return Button(words("bot.button.earlier"), code(SHOW_EARLIER, ticket_id))


def answered(words: Speech, ticket_id: int) -> Keyboard:
    """Under a confirmed answer: by itself it leaves the next step to the user."""
    return ((Button(words("bot.button.keep_working"), code(KEEP_WORKING, ticket_id)),),)


def canned(words: Speech, ticket_id: int) -> Keyboard:
    """The answers to choose from, and the way back."""
    found = [
        Button(
            one_line(answer.title.in_language(words.language), TITLE_LENGTH),
            code(PREVIEW_CANNED, ticket_id, name),
        )
        for name, answer in words.canned.items()
    ]
    return (*pairs(found), (Button(words("bot.button.back"), code(SHOW_CARD, ticket_id)),))


def canned_preview(words: Speech, ticket_id: int, name: str, preview: int) -> Keyboard:
    """Send it or not; `preview` is unlike that of every other preview."""
    return (
        (
            Button(words("bot.button.send"), code(SEND_CANNED, ticket_id, preview, name)),
            Button(words("bot.button.back"), code(SHOW_CANNED, ticket_id)),
        ),
    )


def more_found(words: Speech, asked_in: int, offset: int) -> Keyboard:
    """The next of what was found; `asked_in` is the message with the words."""
    return ((Button(words("bot.button.more"), code(FIND_MORE, asked_in, offset)),),)


def assignees(words: Speech, ticket: TicketFacts, agents: Sequence[AgentView]) -> Keyboard:
    """The agents who may have the ticket, nobody, and the way back."""
    holder = ticket.assignee.telegram_id if ticket.assignee else None
    found = [
        Button(
            marked(_label(agent), agent.telegram_id == holder),
            code(SET_ASSIGNEE, ticket.id, agent.telegram_id),
        )
        for agent in agents
        if agent.telegram_id is not None
    ]
    nobody = Button(words("bot.button.nobody"), code(SET_ASSIGNEE, ticket.id, 0))
    back = Button(words("bot.button.back"), code(SHOW_CARD, ticket.id))
    return (*pairs(found), (nobody, back) if ticket.assignee else (back,))


def link_choice(words: Speech, ticket_id: int, open_ones: dict[str, str]) -> Keyboard:
    """Which of the open incidents a ticket is about, and the way back."""
    found = tuple(
        (
            Button(
                one_line(f"#{incident_id} {words.told(title)}", TITLE_LENGTH),
                code(LINK_TICKET, ticket_id, incident_id),
            ),
        )
        for incident_id, title in open_ones.items()
    )
    return (*found, (Button(words("bot.button.back"), code(SHOW_CARD, ticket_id)),))


def _label(agent: AgentView) -> str:
    """A name, or the id of whoever has one that nobody can read."""
    return agent.id if is_blank(agent.name) else one_line(agent.name, TITLE_LENGTH)


def priorities(words: Speech, ticket_id: int, current: Priority) -> Keyboard:
    """The priorities to choose from, and the way back."""
    chosen = tuple(
        Button(marked(priority.value, priority == current), code(SET_PRIORITY, ticket_id, index))
        for index, priority in enumerate(Priority)
    )
    return (chosen, (Button(words("bot.button.back"), code(SHOW_CARD, ticket_id)),))
