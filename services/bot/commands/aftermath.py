"""After the end of an incident: it was not over, why it was, and who did what."""

from asyncio import to_thread

from contracts.errors import ContractError, Unavailable
from contracts.incidents import (
    POSTMORTEM_LENGTH,
    AuditEntry,
    GetAuditTrail,
    ReopenIncident,
    WritePostmortem,
)
from contracts.own_sentences import REOPENED
from contracts.vocabulary import IncidentAction
from services.bot import alarms, buttons, queries
from services.bot.arguments import postmortem_of
from services.bot.asking import Ask, Reply
from services.bot.commands.assessing import face
from services.bot.showing import incident_cards


async def press_reopen(ask: Ask) -> Reply:
    """Back to the begin, with the desk's standing words for it."""
    command = ReopenIncident(
        command_id=ask.command_id(),
        origin=ask.origin,
        incident_id=buttons.number(ask.argument),
        message=ask.office.languages.own.public(REOPENED),
        reopened_by=ask.agent_id,
        reopened_at=ask.received_at,
    )
    receipt = await to_thread(ask.office.incidents.reopen_incident, command)
    text, keyboard = await face(ask, receipt.result, "bot.incident.reopened")
    reply = ask.change(text, keyboard, toast=ask.words("bot.toast.published"))
    return alarms.confirming(ask, receipt.result, reply)


async def postmortem(ask: Ask) -> Reply:
    """Tell the public why an incident happened."""
    incident_id, text = postmortem_of(ask.argument, POSTMORTEM_LENGTH)
    command = WritePostmortem(
        command_id=ask.command_id(),
        origin=ask.origin,
        incident_id=incident_id,
        text=text,
        written_by=ask.agent_id,
        written_at=ask.received_at,
    )
    receipt = await to_thread(ask.office.incidents.write_postmortem, command)
    is_anew = await to_thread(_is_explained_anew, ask, incident_id)
    words = "bot.incident.explained_anew" if is_anew else "bot.incident.explained"
    return ask.say(*await face(ask, receipt.result, words))


async def press_trail(ask: Ask) -> Reply:
    """Who did what with the incident, and from where."""
    incident_id = buttons.number(ask.argument)
    query = GetAuditTrail(incident_id=incident_id)
    entries = await to_thread(ask.office.incidents.get_audit_trail, query)
    names = await to_thread(_names, ask, entries)
    told = incident_cards.trail(ask.words, incident_id, entries, names=names, now=ask.now)
    return ask.say(told)


def _is_explained_anew(ask: Ask, incident_id: int) -> bool:
    """Whether the public had read another text before; when incidents is silent, it is not said."""
    try:
        acts = ask.office.incidents.get_audit_trail(GetAuditTrail(incident_id=incident_id))
    except Unavailable:
        return False
    return sum(act.action is IncidentAction.EXPLAINED for act in acts) > 1


def _names(ask: Ask, entries: list[AuditEntry]) -> dict[str, str]:
    """Whose acts they are, by id, as far as tickets knows; when it is silent, the agents as the bot
    remembers them."""
    try:
        agents = {agent.id: agent.name for agent in ask.office.tickets.list_agents()}
        return agents | _requesters(ask, [act for act in entries if act.actor not in agents])
    except ContractError:
        known = ask.office.store.ask(queries.known_agents)
        return {agent.agent_id: agent.name for agent in known}


def _requesters(ask: Ask, acts: list[AuditEntry]) -> dict[str, str]:
    """Those who linked a ticket of their own."""
    linked = {act.actor: act.details["ticket_id"] for act in acts if "ticket_id" in act.details}
    found = [
        ask.office.tickets.get_ticket(int(ticket_ids.split(", ")[0])).requester
        for ticket_ids in linked.values()
    ]
    return {requester.id: requester.name for requester in found if requester.id in linked}
