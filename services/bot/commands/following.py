"""What users do about incidents: "I have this too", how much news, all incidents or none."""

from asyncio import to_thread

from contracts.errors import Conflict, NotFound
from contracts.incidents import IncidentView, JoinIncident
from contracts.suspecting import known_incident
from contracts.tickets import TicketView, WishNews
from contracts.vocabulary import TicketStatus
from services.bot import buttons, memory
from services.bot.asking import Ask, Reply
from services.bot.known_status import open_incidents
from services.bot.markup import Html, one_line
from services.bot.queries import ALL

STATUS = "status"
"""What follows /start in the link that subscribes."""


async def subscribe(ask: Ask) -> Reply:
    """Tell this chat of every incident from now on."""
    chat_id, language = ask.incoming.chat_id, ask.words.language
    reply = ask.say(ask.words("bot.follow.subscribed"), buttons.unsubscribe(ask.words))
    return reply.also(lambda session: memory.subscribe(session, chat_id, ALL, language))


async def press_unsubscribe(ask: Ask) -> Reply:
    """Tell this chat of no incident any more."""
    chat_id = ask.incoming.chat_id
    reply = ask.say(ask.words("bot.follow.unsubscribed"), toast=ask.words("bot.toast.noted"))
    return reply.also(lambda session: memory.unsubscribe(session, chat_id))


async def press_join(ask: Ask) -> Reply:
    """Has it too: the request that was just made is linked, or without one the chat is told."""
    incident, _, ticket = ask.argument.partition(":")
    incident_id = buttons.number(incident)
    if ticket:
        return await _join_with(ask, incident_id, buttons.number(ticket))
    # First, so that the chat is told of an end, too, that comes before this has had its effect.
    await to_thread(_follow, ask, incident_id)
    try:
        await _join(ask, incident_id)
    except (NotFound, Conflict):
        await to_thread(_follow_no_more, ask, incident_id)
        raise
    return ask.remark(ask.words("bot.follow.will_tell"))


def _follow(ask: Ask, incident_id: int) -> None:
    with ask.office.store.writing() as session:
        memory.subscribe(session, ask.incoming.chat_id, incident_id, ask.words.language)


def _follow_no_more(ask: Ask, incident_id: int) -> None:
    with ask.office.store.writing() as session:
        memory.note_end(session, incident_id, ask.now, ask.incoming.chat_id)


async def press_news(ask: Ask) -> Reply:
    """Every update of the incident that a request is about, or only its end."""
    ticket, _, wish = ask.argument.partition(":")
    command = WishNews(
        command_id=ask.command_id(),
        ticket_id=buttons.number(ticket),
        requester_id=ask.requester_id,
        wanted=buttons.pick((False, True), wish),
    )
    await to_thread(ask.office.tickets.wish_news, command)
    told = "bot.follow.every_update" if command.wanted else "bot.follow.only_end"
    return ask.remark(ask.words(told))


async def find_known_incident(ask: Ask, ticket: TicketView) -> IncidentView | None:
    """The gravest open incident that a request may be about, as far as the bot knows: whoever asks
    does not wait for incidents."""
    open_ones = await to_thread(ask.office.store.ask, open_incidents)
    return known_incident(ticket, open_ones, ask.office.settings.file)


async def _join_with(ask: Ask, incident_id: int, ticket_id: int) -> Reply:
    """The request under whose card it was pressed is about it, which cannot be said twice; of one
    at its end nothing would be told."""
    ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id, ask.requester_id)
    if ticket.merged_into is not None:
        return ask.remark(ask.words("bot.request.goes_on", id=ticket_id, into=ticket.merged_into))
    if ticket.status is TicketStatus.CLOSED:
        return ask.remark(ask.words("bot.solved.closed", id=ticket_id))
    incident = await _join(ask, incident_id, ticket_id)
    about = ask.words("bot.request.card", id=ticket_id)
    same = ask.words("bot.follow.same", title=one_line(ask.words.told(incident.title)))
    keyboard = buttons.request_card(ask.words, ticket)
    return ask.change(Html(f"{about}\n\n{same}"), keyboard, toast=ask.words("bot.follow.joined"))


async def _join(ask: Ask, incident_id: int, ticket_id: int | None = None) -> IncidentView:
    command = JoinIncident(
        command_id=ask.command_id(),
        origin=ask.origin,
        incident_id=incident_id,
        requester_id=ask.requester_id,
        ticket_id=ticket_id,
    )
    return (await to_thread(ask.office.incidents.join_incident, command)).result
