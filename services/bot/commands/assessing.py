"""How bad an incident is, what it hits, and which tickets are about it: buttons under its card."""

from asyncio import to_thread
from datetime import timedelta

from contracts.errors import IncidentAlreadyResolved, Unavailable
from contracts.incidents import UNDO, AssessIncident, IncidentView, LinkTickets, ListIncidents
from contracts.tickets import MatchTickets, TicketSummary
from contracts.vocabulary import ComponentStatus, IncidentImpact, IncidentStatus
from services.bot import buttons
from services.bot.asking import Ask, Reply
from services.bot.letters import Keyboard
from services.bot.markup import Html
from services.bot.showing import incident_cards


async def press_component(ask: Ask) -> Reply:
    """Say that a component is hit, or that it is not."""
    incident_id, _, chosen = ask.argument.partition(":")
    place, _, wished = chosen.partition(":")
    component = buttons.pick(list(ask.words.components), place)
    status = buttons.pick(list(ComponentStatus), wished)
    return await _assess(ask, incident_id, components={component: status})


async def press_severity(ask: Ask) -> Reply:
    """Say how bad it is."""
    incident_id, _, chosen = ask.argument.partition(":")
    return await _assess(ask, incident_id, impact=buttons.pick(list(IncidentImpact), chosen))


async def press_link_matching(ask: Ask) -> Reply:
    """Link the tickets that may be about the incident, all at once."""
    incident_id = buttons.number(ask.argument)
    open_ones = await to_thread(ask.office.incidents.list_incidents, ListIncidents(only_open=True))
    meant = next((one for one in open_ones if one.id == incident_id), None)
    if meant is None:
        raise IncidentAlreadyResolved("the incident is not open")
    found = await to_thread(_matching, ask, meant)
    if not found:
        return ask.remark(ask.words("bot.incident.nothing_matches"))
    command = LinkTickets(
        command_id=ask.command_id(),
        origin=ask.origin,
        ticket_ids=[ticket.id for ticket in found],
        incident_id=incident_id,
        agent_id=ask.agent_id,
    )
    receipt = await to_thread(ask.office.incidents.link_tickets, command)
    text, keyboard = _face(ask, receipt.result, "bot.incident.assessed", matching=0)
    return ask.change(text, keyboard, toast=ask.words("bot.toast.linked", n=len(found)))


async def face(ask: Ask, incident: IncidentView, message_id: str) -> tuple[Html, Keyboard]:
    """The card of an incident, and what can be done with it now."""
    try:
        matching = len(await to_thread(_matching, ask, incident))
    except Unavailable:
        matching = 0
    return _face(ask, incident, message_id, matching=matching)


def _face(
    ask: Ask, incident: IncidentView, message_id: str, *, matching: int
) -> tuple[Html, Keyboard]:
    text = incident_cards.card(ask.words, message_id, incident, ask.now)
    is_fresh = ask.now - incident.started_at < UNDO
    keyboard = buttons.incident_card(ask.words, incident, can_undo=is_fresh, matching=matching)
    return text, keyboard


def _matching(ask: Ask, incident: IncidentView) -> list[TicketSummary]:
    """Unlinked tickets about what the incident hits, opened since a while before it. Nobody knows
    what one is about that hits nothing yet."""
    desk = ask.office.settings.file
    categories = desk.categories_of(incident.components)
    if not categories or incident.status is IncidentStatus.RESOLVED:
        return []
    since = incident.started_at - timedelta(minutes=desk.incidents.match_minutes)
    query = MatchTickets(categories=categories, opened_since=since)
    return ask.office.tickets.match_tickets(query)


async def _assess(
    ask: Ask,
    incident_id: str,
    *,
    impact: IncidentImpact | None = None,
    components: dict[str, ComponentStatus] | None = None,
) -> Reply:
    command = AssessIncident(
        command_id=ask.command_id(),
        origin=ask.origin,
        assessed_by=ask.agent_id,
        assessed_at=ask.received_at,
        incident_id=buttons.number(incident_id),
        impact=impact,
        components=components or {},
    )
    receipt = await to_thread(ask.office.incidents.assess_incident, command)
    text, keyboard = await face(ask, receipt.result, "bot.incident.assessed")
    return ask.change(text, keyboard, toast=ask.words("bot.toast.published"))
