"""After the end of an incident: it was not over, why it was, and who did what."""

from asyncio import to_thread

from contracts.incidents import (
    POSTMORTEM_LENGTH,
    GetAuditTrail,
    ReopenIncident,
    WritePostmortem,
)
from services.bot import alarms, buttons, incident_cards, queries
from services.bot.arguments import postmortem_of
from services.bot.asking import Ask, Reply
from services.bot.commands.assessing import face


async def press_reopen(ask: Ask) -> Reply:
    """Back to the begin, with the desk's standing words for it."""
    command = ReopenIncident(
        command_id=ask.command_id(),
        origin=ask.origin,
        incident_id=buttons.number(ask.argument),
        message=str(ask.office.languages.own("bot.public.reopened")),
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
    return ask.say(*await face(ask, receipt.result, "bot.incident.explained"))


async def press_trail(ask: Ask) -> Reply:
    """Who did what with the incident, and from where."""
    incident_id = buttons.number(ask.argument)
    query = GetAuditTrail(incident_id=incident_id)
    entries = await to_thread(ask.office.incidents.get_audit_trail, query)
    agents = await to_thread(ask.office.store.ask, queries.known_agents)
    names = {agent.agent_id: agent.name for agent in agents}
    told = incident_cards.trail(ask.words, incident_id, entries, names=names, now=ask.now)
    return ask.say(told)
