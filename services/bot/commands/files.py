"""The files of a ticket, sent to the agent who asks for them."""

from asyncio import to_thread

from services.bot import buttons
from services.bot.asking import Ask, Reply
from services.bot.files.enclosures import enclosed

MOST = 30
"""Of a whole ticket, the newest; at a message a second more would keep a chat busy too long."""


async def press_files(ask: Ask) -> Reply:
    """Those of one message, or of the whole thread."""
    named, _, message_id = ask.argument.partition(":")
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(named))
    chosen = buttons.number(message_id) if message_id else None
    found = [
        file
        for message in ticket.messages
        if chosen in (None, message.id)
        for file in message.attachments
    ]
    if not found:
        return ask.remark(ask.words("bot.files.none"))
    shown = found[-MOST:]
    title = "bot.files.heading" if len(shown) == len(found) else "bot.files.newest"
    values = {"id": ticket.id, "shown": len(shown), "count": len(found)}
    return ask.say(ask.words(title, **values), ticket_id=ticket.id).enclosing(enclosed(shown))
