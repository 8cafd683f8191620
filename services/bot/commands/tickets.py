"""The queue and one ticket: /tickets /my /view_<id> /take, and the buttons of a ticket's card."""

from asyncio import to_thread

from contracts.errors import TicketClosed, Unavailable
from contracts.sla import TicketClocks
from contracts.tickets import (
    ListTickets,
    ResolveTicket,
    SetPriority,
    TakeTicket,
    TicketSummary,
    TicketView,
)
from contracts.vocabulary import Priority, TicketStatus
from services.bot import buttons
from services.bot.arguments import priority_of, ticket_id_of
from services.bot.asking import Ask, Reply
from services.bot.known_status import is_any_open
from services.bot.letters import Keyboard
from services.bot.markup import Html
from services.bot.showing import cards
from services.bot.showing.reasons import reasons

SHOWN = 10


async def tickets(ask: Ask) -> Reply:
    """The most urgent open tickets."""
    query = ListTickets(unfinished=True, urgent_first=True, limit=SHOWN + 1)
    page = await to_thread(ask.office.tickets.list_tickets, query)
    return _list(ask, page.results, "bot.list.open")


async def my(ask: Ask) -> Reply:
    """What is assigned to whoever asks."""
    query = ListTickets(
        unfinished=True, urgent_first=True, assignee_id=ask.agent_id, limit=SHOWN + 1
    )
    page = await to_thread(ask.office.tickets.list_tickets, query)
    return _list(ask, page.results, "bot.list.my")


async def view(ask: Ask) -> Reply:
    """One ticket whole, with its buttons."""
    ticket_id = ticket_id_of(ask.argument, "view")
    ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id)
    text = cards.thread(ask.words, ticket, await clocks_of(ask, ticket), ask.now)
    return ask.say(text, await keyboard_of(ask, ticket), ticket_id=ticket_id)


async def take(ask: Ask) -> Reply:
    """Make a ticket one's own."""
    ticket = await _take(ask, ticket_id_of(ask.argument, "take"))
    return await done(ask, ticket, ask.words("bot.toast.taken", id=ticket.id))


async def press_take(ask: Ask) -> Reply:
    ticket = await _take(ask, buttons.number(ask.argument))
    return await _changed(ask, ticket, "bot.toast.taken")


async def press_keep_working(ask: Ask) -> Reply:
    """The answer was not all: the ticket waits for us, and not for its user."""
    ticket = await _take(ask, buttons.number(ask.argument), keep_working=True)
    return await _changed(ask, ticket, "bot.toast.kept_working")


async def resolve(ask: Ask, ticket_id: int) -> Reply:
    """Say that a ticket is done."""
    ticket = await _resolve(ask, ticket_id)
    return await done(ask, ticket, ask.words("bot.toast.resolved", id=ticket.id))


async def press_resolve(ask: Ask) -> Reply:
    ticket = await _resolve(ask, buttons.number(ask.argument))
    return await _changed(ask, ticket, "bot.toast.resolved")


async def press_card(ask: Ask) -> Reply:
    """Back from the choice of a priority."""
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(ask.argument))
    return await _changed(ask, ticket, None)


async def show_priorities(ask: Ask) -> Reply:
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(ask.argument))
    keyboard = buttons.priorities(ask.words, ticket.id, ticket.priority)
    return ask.change(await short_card(ask, ticket), keyboard, ticket_id=ticket.id)


async def priority(ask: Ask) -> Reply:
    """`/priority 42 P1`."""
    ticket = await _prioritise(ask, *priority_of(ask.argument))
    said = ask.words("bot.toast.prioritised", id=ticket.id, priority=ticket.priority.value)
    return await done(ask, ticket, said)


async def press_priority(ask: Ask) -> Reply:
    ticket_id, _, chosen = ask.argument.partition(":")
    wanted = buttons.pick(list(Priority), chosen)
    ticket = await _prioritise(ask, buttons.number(ticket_id), wanted)
    return await _changed(ask, ticket, "bot.toast.prioritised")


async def press_why(ask: Ask) -> Reply:
    """Why the ticket's deadlines are what they are."""
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(ask.argument))
    explanation = await to_thread(ask.office.sla.explain_ticket, ticket)
    return ask.say(reasons(ask.words, explanation, ask.now), ticket_id=ticket.id)


async def living_ticket(ask: Ask, ticket_id: int) -> TicketView:
    """A ticket with which one can go on. Raises TicketNotFound, TicketClosed."""
    ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id)
    if ticket.status != TicketStatus.CLOSED:
        return ticket
    into = {} if ticket.merged_into is None else {"merged_into": str(ticket.merged_into)}
    raise TicketClosed("the ticket is closed", into)


async def clocks_of(ask: Ask, ticket: TicketView) -> TicketClocks | None:
    """What sla says of a ticket; nothing when it does not say it at once."""
    try:
        described = await to_thread(ask.office.quick_sla.describe_tickets, [ticket])
    except Unavailable:
        return None
    return described[0] if described else None


def _list(ask: Ask, found: list[TicketSummary], message_id: str) -> Reply:
    words = ask.words
    if not found:
        return ask.say(words(f"{message_id}.none"))
    blocks = [
        words(f"{message_id}.title"),
        *(cards.line(words, ticket, ask.now) for ticket in found[:SHOWN]),
    ]
    if len(found) > SHOWN:
        blocks.append(words("bot.list.more", shown=SHOWN))
    return ask.say(Html("\n\n".join(blocks)))


async def _take(ask: Ask, ticket_id: int, *, keep_working: bool = False) -> TicketView:
    command = TakeTicket(
        command_id=ask.command_id(),
        ticket_id=ticket_id,
        agent_id=ask.agent_id,
        keep_working=keep_working,
    )
    return (await to_thread(ask.office.tickets.take_ticket, command)).result


async def _resolve(ask: Ask, ticket_id: int) -> TicketView:
    command = ResolveTicket(command_id=ask.command_id(), ticket_id=ticket_id, agent_id=ask.agent_id)
    return (await to_thread(ask.office.tickets.resolve_ticket, command)).result


async def _prioritise(ask: Ask, ticket_id: int, wanted: Priority) -> TicketView:
    command = SetPriority(
        command_id=ask.command_id(), ticket_id=ticket_id, agent_id=ask.agent_id, priority=wanted
    )
    return (await to_thread(ask.office.tickets.set_priority, command)).result


async def done(ask: Ask, ticket: TicketView, said: Html) -> Reply:
    """What a command has done, above the ticket's card."""
    text = Html(f"{said}\n\n{await short_card(ask, ticket)}")
    return ask.say(text, await keyboard_of(ask, ticket), ticket_id=ticket.id)


async def _changed(ask: Ask, ticket: TicketView, toast: str | None) -> Reply:
    said = ask.words(toast, id=ticket.id, priority=ticket.priority.value) if toast else None
    return await changed(ask, ticket, said)


async def changed(ask: Ask, ticket: TicketView, said: Html | None) -> Reply:
    """The pressed card as the ticket now is, with a passing word about it."""
    keyboard = await keyboard_of(ask, ticket)
    return ask.change(await short_card(ask, ticket), keyboard, ticket_id=ticket.id, toast=said)


async def keyboard_of(ask: Ask, ticket: TicketView) -> Keyboard:
    """What can be done with the ticket now."""
    can_link = await to_thread(ask.office.store.ask, is_any_open)
    return buttons.whole_card(ask.words, ticket, can_link=can_link)


async def short_card(ask: Ask, ticket: TicketView) -> Html:
    """The ticket in short, as what stands above the buttons."""
    return cards.card(ask.words, ticket, await clocks_of(ask, ticket), ask.now)
