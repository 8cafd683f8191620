"""The buttons under a suspicion: it is an incident, or it is none."""

from asyncio import to_thread

from contracts.errors import RecentIncidentOpen, SuspicionAnswered
from contracts.incidents import TITLE_LENGTH, DeclareIncident, DismissSuspicion
from contracts.own_sentences import SUSPECTED
from contracts.texts import beginning
from contracts.vocabulary import Category
from services.bot import alarms, buttons, queries
from services.bot.asking import Ask, Reply
from services.bot.commands.assessing import face
from services.bot.markup import one_line
from services.bot.showing import suspicion_cards


async def press_declare(ask: Ask) -> Reply:
    """Declare it, public at once; or ask whether it is the incident declared minutes ago."""
    suspicion_id, _, chosen = ask.argument.partition(":")
    place, _, is_asked_again = chosen.partition(":")
    category = buttons.pick(list(Category), place)
    own = ask.office.languages.own
    title = own.public(SUSPECTED, category=own.category(category))
    command = DeclareIncident(
        command_id=ask.command_id(),
        origin=ask.origin,
        title=beginning(title, TITLE_LENGTH),
        declared_by=ask.agent_id,
        declared_at=ask.received_at,
        even_if_recent=buttons.pick((False, True), is_asked_again),
        suspicion_id=buttons.number(suspicion_id),
    )
    try:
        receipt = await to_thread(ask.office.incidents.declare_incident, command)
    except SuspicionAnswered as refusal:
        return await _told(ask, refusal)
    except RecentIncidentOpen as recent:
        words = ask.words("bot.suspicion.recent", title=one_line(recent.details.get("title", "")))
        number = buttons.number(suspicion_id)
        again = buttons.suspicion(ask.words, number, category, is_asked_again=True)
        return ask.change(words, again)
    text, keyboard = await face(ask, receipt.result, "bot.incident.declared")
    reply = ask.change(text, keyboard, toast=ask.words("bot.toast.published"))
    return alarms.confirming(ask, receipt.result, reply)


async def press_dismiss(ask: Ask) -> Reply:
    """It is no incident; the category is quiet for a while."""
    command = DismissSuspicion(
        command_id=ask.command_id(),
        suspicion_id=buttons.number(ask.argument),
        dismissed_by=ask.agent_id,
        dismissed_at=ask.received_at,
    )
    try:
        receipt = await to_thread(ask.office.incidents.dismiss_suspicion, command)
    except SuspicionAnswered as refusal:
        return await _told(ask, refusal)
    return ask.change(suspicion_cards.dismissed(ask.words, receipt.result, ask.now))


async def _told(ask: Ask, refusal: SuspicionAnswered) -> Reply:
    """Somebody was quicker: what they said takes the place of the question."""
    agents = await to_thread(ask.office.store.ask, queries.known_agents)
    names = {agent.agent_id: agent.name for agent in agents}
    text = suspicion_cards.answered(ask.words, refusal, names, ask.now)
    return ask.change(text, toast=ask.words("bot.toast.already_answered"))
