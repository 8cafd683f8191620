"""/note and its button: a word to colleagues, which the user never sees. A reply to what speaks
of a note is another: that something for colleagues goes to the user is the worse mistake."""

from asyncio import to_thread

from contracts.tickets import AddNote
from services.bot import alarms, buttons
from services.bot.arguments import note_of
from services.bot.asking import Ask, Reply
from services.bot.commands import tickets
from services.bot.markup import one_line
from services.bot.telling.telling_agents import said_key


async def note(ask: Ask) -> Reply:
    """`/note 42 text`."""
    ticket_id, text = note_of(ask.argument)
    return await leave(ask, ticket_id, text)


async def press_note(ask: Ask) -> Reply:
    """Ask for the note; a reply to that question is the note."""
    ticket = await tickets.living_ticket(ask, buttons.number(ask.argument))
    prompt = ask.words("bot.note.prompt", id=ticket.id, subject=one_line(ticket.subject, 80))
    return ask.say(prompt, ticket_id=ticket.id, forces_reply=True, is_for_note=True)


async def leave(ask: Ask, ticket_id: int, text: str) -> Reply:
    """Put it in the ticket's thread."""
    command = AddNote(
        command_id=ask.command_id(),
        ticket_id=ticket_id,
        agent_id=ask.agent_id,
        body=text,
        received_at=ask.received_at,
    )
    left = (await to_thread(ask.office.tickets.add_note, command)).result
    said = ask.say(ask.words("bot.note.left", id=ticket_id), ticket_id=ticket_id, is_for_note=True)
    return alarms.in_its_place(ask, said_key(left.id), said)
