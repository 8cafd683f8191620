"""Incident mode: /incident /update /resolve, the questions they raise, and their buttons."""

from asyncio import to_thread
from datetime import time

from contracts.errors import RecentIncidentOpen, SeveralOpenIncidents
from contracts.incidents import (
    TITLE_LENGTH,
    UPDATE_LENGTH,
    DeclareIncident,
    IncidentView,
    ResolveIncident,
    UpdateIncident,
    WithdrawIncident,
)
from contracts.own_sentences import IDENTIFIED, MONITORING
from services.bot import alarms, buttons, queries, questions
from services.bot.arguments import end_of, title_of, update_of
from services.bot.asking import Ask, Reply
from services.bot.commands import linking
from services.bot.commands.assessing import face
from services.bot.markup import one_line
from services.bot.models import Question

STANDING = dict(zip(buttons.STAGES, (IDENTIFIED, MONITORING), strict=True))
"""What the desk publishes of each stage."""


async def incident(ask: Ask) -> Reply:
    """Declare an incident, public at once; or ask whether it belongs to the recent one."""
    title = title_of(ask.argument, TITLE_LENGTH)
    try:
        declared = await to_thread(_declare, ask, title, ask.command_id())
    except RecentIncidentOpen as recent:
        known = recent.details.get("title", "")
        keyboard = buttons.add_or_declare(
            ask.words, ask.incoming.message_id, recent.details.get("id", "0")
        )
        words = ask.words("bot.incident.recent", title=one_line(known))
        return questions.question(ask, questions.DECLARE, title, words=words, keyboard=keyboard)
    return await _confirmed(ask, declared, "bot.incident.declared")


async def update(ask: Ask) -> Reply:
    """Tell the public more about the open incident."""
    at, text = update_of(ask.argument, UPDATE_LENGTH)
    try:
        updated = await to_thread(_update, ask, text, ask.command_id(), at=at)
    except SeveralOpenIncidents as several:
        return questions.which_incident(ask, questions.UPDATE, ask.argument, several)
    return await _confirmed(ask, updated, "bot.incident.updated")


async def resolve(ask: Ask) -> Reply:
    """End the open incident."""
    text = end_of(ask.argument, UPDATE_LENGTH)
    try:
        resolved = await to_thread(_resolve, ask, text, ask.command_id())
    except SeveralOpenIncidents as several:
        return questions.which_incident(ask, questions.RESOLVE, text, several)
    return await _confirmed(ask, resolved, "bot.incident.resolved_reply")


async def answer_question(ask: Ask) -> Reply:
    """A button under a question of ours. Whoever presses again repeats the same command."""
    asked_in, _, choice = ask.argument.partition(":")
    message_id = buttons.number(asked_in)
    question = await to_thread(
        ask.office.store.ask, queries.find_question, ask.incoming.chat_id, message_id
    )
    if question is None or question.kind == questions.LINKED:
        return ask.remark(ask.words("bot.question.gone"))
    command_id = ask.command_id_of(message_id, f":{choice}")
    if question.kind == questions.LINK:
        return await linking.link_to(ask, question, choice, command_id)
    changed, told = await to_thread(_carry_out, ask, question, choice, command_id)
    return alarms.confirming(ask, changed, ask.change(*await face(ask, changed, told)))


async def press_undo(ask: Ask) -> Reply:
    """Withdraw what was declared by mistake, within half a minute."""
    command = WithdrawIncident(
        command_id=ask.command_id(),
        origin=ask.origin,
        incident_id=buttons.number(ask.argument),
        withdrawn_by=ask.agent_id,
        withdrawn_at=ask.received_at,
    )
    receipt = await to_thread(ask.office.incidents.withdraw_incident, command)
    withdrawn = receipt.result
    text = ask.words("bot.incident.withdrawn", id=withdrawn.id, title=one_line(withdrawn.title))
    keyboard = buttons.withdrawn(ask.words, withdrawn.id)
    reply = ask.change(text, keyboard, toast=ask.words("bot.toast.withdrawn"))
    return alarms.confirming(ask, withdrawn, reply, alarms.WITHDRAWN)


async def press_stage(ask: Ask) -> Reply:
    """Identified or monitoring, with the desk's standing words for it."""
    incident_id, _, chosen = ask.argument.partition(":")
    stage = buttons.pick(buttons.STAGES, chosen)
    command = UpdateIncident(
        command_id=ask.command_id(),
        origin=ask.origin,
        message=ask.office.languages.own.public(STANDING[stage]),
        updated_by=ask.agent_id,
        updated_at=ask.received_at,
        incident_id=buttons.number(incident_id),
        status=stage,
    )
    receipt = await to_thread(ask.office.incidents.update_incident, command)
    text, keyboard = await face(ask, receipt.result, "bot.incident.updated")
    reply = ask.change(text, keyboard, toast=ask.words("bot.toast.published"))
    return alarms.confirming(ask, receipt.result, reply)


def _carry_out(
    ask: Ask, question: Question, choice: str, command_id: str
) -> tuple[IncidentView, str]:
    """Do what was asked about, now that it is clear which incident is meant; the words for it."""
    if choice == buttons.DECLARE_ANOTHER:
        declared = _declare(ask, question.text, command_id, even_if_recent=True)
        return declared, "bot.incident.declared"
    incident_id = buttons.number(choice)
    if question.kind == questions.RESOLVE:
        resolved = _resolve(ask, question.text, command_id, incident_id)
        return resolved, "bot.incident.resolved_reply"
    is_title = question.kind == questions.DECLARE
    at, text = (None, question.text) if is_title else update_of(question.text, UPDATE_LENGTH)
    return _update(ask, text, command_id, incident_id, at=at), "bot.incident.updated"


def _declare(
    ask: Ask, title: str, command_id: str, *, even_if_recent: bool = False
) -> IncidentView:
    command = DeclareIncident(
        command_id=command_id,
        origin=ask.origin,
        title=title,
        declared_by=ask.agent_id,
        declared_at=ask.received_at,
        even_if_recent=even_if_recent,
    )
    return ask.office.incidents.declare_incident(command).result


def _update(
    ask: Ask, text: str, command_id: str, incident_id: int | None = None, *, at: time | None
) -> IncidentView:
    command = UpdateIncident(
        command_id=command_id,
        origin=ask.origin,
        message=text,
        updated_by=ask.agent_id,
        updated_at=ask.received_at,
        incident_id=incident_id,
        display_at=ask.words.last_time(at, ask.received_at) if at else None,
    )
    return ask.office.incidents.update_incident(command).result


def _resolve(ask: Ask, text: str, command_id: str, incident_id: int | None = None) -> IncidentView:
    command = ResolveIncident(
        command_id=command_id,
        origin=ask.origin,
        message=text,
        resolved_by=ask.agent_id,
        resolved_at=ask.received_at,
        incident_id=incident_id,
    )
    return ask.office.incidents.resolve_incident(command).result


async def _confirmed(ask: Ask, changed: IncidentView, message_id: str) -> Reply:
    return alarms.confirming(ask, changed, ask.say(*await face(ask, changed, message_id)))
