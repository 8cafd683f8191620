"""A ticket is about an incident: /link, and the button under its card."""

from asyncio import to_thread

from contracts.errors import SeveralOpenIncidents
from contracts.incidents import IncidentView, LinkTicket
from contracts.tickets import LinkedIncident, TicketView
from contracts.vocabulary import Delivery
from services.bot import buttons, questions
from services.bot.arguments import link_of
from services.bot.asking import Ask, Reply
from services.bot.commands.tickets import keyboard_of, living_ticket, short_card
from services.bot.markup import Html, one_line
from services.bot.models import Question


async def link(ask: Ask) -> Reply:
    """Link a ticket to the incident that is named, or to the only open one."""
    ticket_id, incident_id = link_of(ask.argument)
    try:
        linked, said = await _link(ask, ticket_id, incident_id, ask.command_id())
    except SeveralOpenIncidents as several:
        kept = str(ticket_id)
        return questions.which_incident(ask, questions.LINK, kept, several, ticket_id=ticket_id)
    return ask.say(said, await keyboard_of(ask, linked), ticket_id=ticket_id)


async def link_to(ask: Ask, question: Question, choice: str, command_id: str) -> Reply:
    """Now it is clear which incident was meant."""
    ticket_id = int(question.text)
    linked, said = await _link(ask, ticket_id, buttons.number(choice), command_id)
    return ask.change(said, await keyboard_of(ask, linked), ticket_id=ticket_id)


async def press_link(ask: Ask) -> Reply:
    """Link to the only open incident, or to the one that was chosen; else ask which."""
    named, _, chosen = ask.argument.partition(":")
    ticket_id, incident_id = buttons.number(named), buttons.number(chosen) if chosen else None
    try:
        linked, said = await _link(ask, ticket_id, incident_id, ask.command_id())
    except SeveralOpenIncidents as several:
        ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id)
        keyboard = buttons.link_choice(ask.words, ticket_id, several.details)
        question = ask.words("bot.incident.which.link")
        card = await short_card(ask, ticket)
        return ask.change(card, keyboard, ticket_id=ticket_id, toast=question)
    text = Html(f"{said}\n\n{await short_card(ask, linked)}")
    return ask.change(text, await keyboard_of(ask, linked), ticket_id=ticket_id)


async def _link(
    ask: Ask, ticket_id: int, incident_id: int | None, command_id: str
) -> tuple[TicketView, Html]:
    """The ticket as it soon will be, for tickets hears of it later, and what to say."""
    # incidents does not know tickets, and tickets would leave a closed one alone without a word
    ticket = await living_ticket(ask, ticket_id)
    command = LinkTicket(
        command_id=command_id,
        origin=ask.origin,
        ticket_id=ticket_id,
        incident_id=incident_id,
        agent_id=ask.agent_id,
    )
    receipt = await to_thread(ask.office.incidents.link_ticket, command)
    incident = receipt.result
    told = _told(ticket, incident, is_repeat=receipt.replayed)
    said = ask.words(
        "bot.link.done",
        id=ticket_id,
        incident=incident.id,
        title=one_line(incident.title),
        told=ask.words(told),
    )
    known = LinkedIncident(id=incident.id, title=incident.title)
    return ticket.model_copy(update={"incident": known}), said


def _told(ticket: TicketView, incident: IncidentView, *, is_repeat: bool) -> str:
    """Whether the requester hears of it, by how the ticket stood before; a repeat of the command
    may find it as the first sending has left it."""
    if ticket.first_response_at is not None:
        return "bot.link.answered"
    notices = [one for one in ticket.messages if one.incident and one.incident.id == incident.id]
    if notices and not is_repeat:
        failed = notices[-1].delivery == Delivery.FAILED
        return "bot.link.failed" if failed else "bot.link.known"
    return f"bot.link.told.{ticket.source.value}"
