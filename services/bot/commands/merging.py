"""/merge: two tickets of one person become one."""

from asyncio import to_thread

from contracts.errors import TicketClosed, TicketNotFound
from contracts.tickets import MergeTickets
from services.bot.arguments import merge_of
from services.bot.asking import Ask, Reply
from services.bot.commands.tickets import clocks_of, keyboard_of
from services.bot.markup import Html
from services.bot.showing import cards


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
        return ask.say(_refused(ask, error), quotes=True)
    done = ask.words("bot.merge.done", source=source_id, survivor=survivor_id)
    card = cards.card(ask.words, survivor, await clocks_of(ask, survivor), ask.now)
    keyboard = await keyboard_of(ask, survivor)
    return ask.say(Html(f"{done}\n\n{card}"), keyboard, ticket_id=survivor_id)


def _refused(ask: Ask, error: TicketClosed | TicketNotFound) -> Html:
    """Why not, of the one that it is about."""
    ticket_id, into = error.details["ticket_id"], error.details.get("merged_into")
    if into is not None:
        return ask.words("bot.merge.merged_before", id=ticket_id, into=into)
    is_closed = isinstance(error, TicketClosed)
    return ask.words("bot.merge.closed" if is_closed else "bot.merge.not_found", id=ticket_id)
