"""How bad an incident is and what it hits: buttons under its card."""

from asyncio import to_thread

from contracts.incidents import UNDO, AssessIncident, IncidentView
from contracts.vocabulary import ComponentStatus, IncidentImpact
from services.bot import buttons, incident_cards
from services.bot.asking import Ask, Reply
from services.bot.letters import Keyboard
from services.bot.markup import Html


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


def face(ask: Ask, incident: IncidentView, message_id: str) -> tuple[Html, Keyboard]:
    """The card of an incident, and what can be done with it now."""
    text = incident_cards.card(ask.words, message_id, incident, ask.now)
    is_fresh = len(incident.updates) == 1 and ask.now - incident.started_at < UNDO
    return text, buttons.incident_card(ask.words, incident, can_undo=is_fresh)


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
    text, keyboard = face(ask, receipt.result, "bot.incident.assessed")
    return ask.change(text, keyboard, toast=ask.words("bot.toast.published"))
