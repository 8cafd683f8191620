"""/merge: two tickets of one person become one."""

from asyncio import to_thread

from contracts.errors import TicketClosed, TicketNotFound
from contracts.tickets import MergeTickets
from services.bot import cards, refusals
from services.bot.arguments import merge_of
from services.bot.asking import Ask, Reply
from services.bot.commands.tickets import clocks_of, keyboard_of
from services.bot.markup import Html


async def merge(ask: Ask) -> Reply:
    """Close one ticket, go on with the other; of a refusal, say which of the two it is about."""
    source_id, survivor_id = merge_of(ask.argument)
    command = MergeTickets(
        command_id=ask.command_id(),
        source_id=source_id,
        survivor_id=survivor_id,
        agent_id=ask.agent_id,
    )
    try:
        survivor = (await to_thread(ask.office.tickets.merge_tickets, command)).result
    except (TicketClosed, TicketNotFound) as error:
        reason = refusals.refusal(ask.words, error)
        said = ask.words("bot.merge.refused", id=error.details["ticket_id"], reason=reason)
        return ask.say(said, quotes=True)
    done = ask.words("bot.merge.done", source=source_id, survivor=survivor_id)
    card = cards.card(ask.words, survivor, await clocks_of(ask, survivor), ask.now)
    keyboard = await keyboard_of(ask, survivor)
    return ask.say(Html(f"{done}\n\n{card}"), keyboard, ticket_id=survivor_id)
