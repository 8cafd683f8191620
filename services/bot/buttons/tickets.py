"""What agents press under a ticket. Pure."""

from contracts.tickets import TicketFacts
from contracts.vocabulary import Priority, TicketStatus
from services.bot.buttons.codes import (
    EXPLAIN_DEADLINE,
    NOTE,
    REPLY,
    RESOLVE,
    SET_PRIORITY,
    SHOW_CARD,
    SHOW_PRIORITIES,
    TAKE,
    code,
    marked,
)
from services.bot.letters import Button, Keyboard
from services.bot.speech import Speech


def ticket_card(words: Speech, ticket: TicketFacts) -> Keyboard:
    """What an agent can do with a ticket as it stands: a closed one is history, and what is
    resolved may still be taken, answered and judged anew."""
    ticket_id = ticket.id
    why = (Button(words("bot.button.why"), code(EXPLAIN_DEADLINE, ticket_id)),)
    if ticket.status == TicketStatus.CLOSED:
        return (why,)
    priority = Button(words("bot.button.priority"), code(SHOW_PRIORITIES, ticket_id))
    resolve = Button(words("bot.button.resolve"), code(RESOLVE, ticket_id))
    is_resolved = ticket.status == TicketStatus.RESOLVED
    return (
        (
            Button(words("bot.button.take"), code(TAKE, ticket_id)),
            Button(words("bot.button.reply"), code(REPLY, ticket_id)),
        ),
        (Button(words("bot.button.note"), code(NOTE, ticket_id)),),
        (priority,) if is_resolved else (priority, resolve),
        why,
    )


def priorities(words: Speech, ticket_id: int, current: Priority) -> Keyboard:
    """The priorities to choose from, and the way back."""
    chosen = tuple(
        Button(marked(priority.value, priority == current), code(SET_PRIORITY, ticket_id, index))
        for index, priority in enumerate(Priority)
    )
    return (chosen, (Button(words("bot.button.back"), code(SHOW_CARD, ticket_id)),))
