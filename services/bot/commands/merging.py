"""/merge: two tickets of one person become one."""

from asyncio import to_thread
from contextlib import suppress

from contracts.errors import (
    IncidentAlreadyResolved,
    IncidentNotFound,
    TicketClosed,
    TicketNotFound,
)
from contracts.incidents import LinkTicket
from contracts.tickets import MergeTickets, TicketView
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
        if error.details.get("merged_into") == str(survivor_id):
            # Done before, perhaps only the one half of it: incidents may have been away.
            survivor = await to_thread(ask.office.tickets.get_ticket, survivor_id)
            with suppress(IncidentAlreadyResolved, IncidentNotFound):
                await _take_incident_over(ask, survivor, source_id)
        return ask.say(_refused(ask, error), quotes=True)
    done = ask.words("bot.merge.done", source=source_id, survivor=survivor_id)
    try:
        survivor = await _take_incident_over(ask, survivor, source_id)
    except (IncidentAlreadyResolved, IncidentNotFound):
        over = ask.words("bot.merge.incident_over", source=source_id, survivor=survivor_id)
        done = Html(f"{done}\n{over}")
    card = cards.card(ask.words, survivor, await clocks_of(ask, survivor), ask.now)
    keyboard = await keyboard_of(ask, survivor)
    return ask.say(Html(f"{done}\n\n{card}"), keyboard, ticket_id=survivor_id)


async def _take_incident_over(ask: Ask, survivor: TicketView, source_id: int) -> TicketView:
    """The survivor, linked to the source's incident if it is about none itself: nothing more is
    told in the source, and whoever asked there waits for the end. Raises IncidentAlreadyResolved
    and IncidentNotFound (it was withdrawn): its end may not have been told in the source."""
    source = await to_thread(ask.office.tickets.get_ticket, source_id)
    if source.incident is None or survivor.incident is not None:
        return survivor
    command = LinkTicket(
        command_id=ask.command_id(":link"),
        origin=ask.origin,
        ticket_id=survivor.id,
        incident_id=source.incident.id,
        agent_id=ask.agent_id,
    )
    await to_thread(ask.office.incidents.link_ticket, command)
    return survivor.model_copy(update={"incident": source.incident})


def _refused(ask: Ask, error: TicketClosed | TicketNotFound) -> Html:
    """Why not, of the one that it is about."""
    ticket_id, into = error.details["ticket_id"], error.details.get("merged_into")
    if into is not None:
        return ask.words("bot.merge.merged_before", id=ticket_id, into=into)
    is_closed = isinstance(error, TicketClosed)
    return ask.words("bot.merge.closed" if is_closed else "bot.merge.not_found", id=ticket_id)
