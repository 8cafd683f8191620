"""Who has a ticket: /assign and its buttons."""

from asyncio import to_thread

from contracts.tickets import AgentView, AssignTicket, TicketView
from services.bot import alarms, buttons, naming
from services.bot.arguments import assign_of
from services.bot.asking import Ask, Reply
from services.bot.commands.tickets import changed, done, short_card
from services.bot.markup import Html, one_line
from services.bot.telling.telling_agents import assigned_key

NOBODY = 0
"""In the place of an agent's Telegram id."""


async def assign(ask: Ask) -> Reply:
    """`/assign 42 Anna`. When that fits several, ask which; when nobody, say whom there is."""
    ticket_id, named = assign_of(ask.argument)
    if named.casefold() in naming.NOBODY:
        return await _given(ask, ticket_id, None)
    if named.casefold() in naming.ONESELF:
        return await _given(ask, ticket_id, ask.agent_id)
    agents = await to_thread(ask.office.tickets.list_agents)
    meant = naming.agents_meant(agents, named)
    if len(meant) == 1:
        return await _given(ask, ticket_id, meant[0].id)
    ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id)
    question = "bot.assign.which" if meant else "bot.assign.unknown"
    words = ask.words(question, id=ticket.id, name=one_line(named, 80))
    return ask.say(words, _choice(ask, ticket, meant or agents), ticket_id=ticket_id)


async def show_assignees(ask: Ask) -> Reply:
    """Whom the ticket may be given to; when they are too many, how to name one."""
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(ask.argument))
    agents = await to_thread(ask.office.tickets.list_agents)
    if len(agents) > buttons.MOST_ASSIGNEES:
        return ask.remark(ask.words("bot.assign.too_many", id=ticket.id))
    keyboard = _choice(ask, ticket, agents)
    return ask.change(await short_card(ask, ticket), keyboard, ticket_id=ticket.id)


async def press_assignee(ask: Ask) -> Reply:
    """One of them was chosen."""
    ticket_id, _, chosen = ask.argument.partition(":")
    telegram_id = buttons.number(chosen)
    assignee_id = None if telegram_id == NOBODY else f"tg:{telegram_id}"
    ticket = await _assign(ask, buttons.number(ticket_id), assignee_id)
    shown = await changed(ask, ticket, _said(ask, ticket))
    return alarms.in_its_place(ask, assigned_key(ticket), shown)


async def _given(ask: Ask, ticket_id: int, assignee_id: str | None) -> Reply:
    ticket = await _assign(ask, ticket_id, assignee_id)
    shown = await done(ask, ticket, _said(ask, ticket))
    return alarms.in_its_place(ask, assigned_key(ticket), shown)


async def _assign(ask: Ask, ticket_id: int, assignee_id: str | None) -> TicketView:
    command = AssignTicket(
        command_id=ask.command_id(),
        ticket_id=ticket_id,
        agent_id=ask.agent_id,
        assignee_id=assignee_id,
    )
    return (await to_thread(ask.office.tickets.assign_ticket, command)).result


def _said(ask: Ask, ticket: TicketView) -> Html:
    if ticket.assignee is None:
        return ask.words("bot.assign.nobody", id=ticket.id)
    if ticket.assignee.id == ask.agent_id:
        return ask.words("bot.toast.taken", id=ticket.id)
    return ask.words("bot.assign.done", id=ticket.id, name=one_line(ticket.assignee.name, 80))


def _choice(ask: Ask, ticket: TicketView, agents: list[AgentView]) -> buttons.Keyboard:
    return buttons.assignees(ask.words, ticket, agents[: buttons.MOST_ASSIGNEES])
