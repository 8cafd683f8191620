"""An agent's answer to a user: /reply, a reply to a ticket's card, the Reply button."""

from asyncio import to_thread
from datetime import timedelta

from contracts.tickets import AnswerTicket, AuthorView, MessageView, TicketView
from contracts.vocabulary import UNFINISHED, AuthorKind, Delivery
from services.bot import alarms, buttons, queries
from services.bot.arguments import reply_of, ticket_and_text
from services.bot.asking import Ask, Reply
from services.bot.commands import editing, notes, requests, tickets
from services.bot.files.taking_in import take_in, told
from services.bot.markup import Html, one_line
from services.bot.models import DeliveryReport
from services.bot.returning import refused_key
from services.bot.sending import undelivered
from services.bot.telling.telling_agents import said_key

DELIVERY_SECONDS = 3.0
"""How long to wait for Telegram before saying that the answer is still on its way."""
COLLEAGUE_WITHIN = timedelta(minutes=1)


async def reply(ask: Ask) -> Reply:
    """`/reply 42 text`, also under a file."""
    ticket_id, text = reply_of(ask.argument, has_file=bool(ask.incoming.files))
    return await answer(ask, ticket_id, text)


async def close(ask: Ask) -> Reply:
    """`/close 42`, or `/close 42 text`, which is the last answer, also under a file."""
    ticket_id, text = ticket_and_text(ask.argument, "close")
    if not text and not ask.incoming.files:
        return await tickets.resolve(ask, ticket_id)
    return await answer(ask, ticket_id, text, resolves=True)


async def reply_to_message(ask: Ask) -> Reply:
    """An agent replied to a message of the bot: to the ticket it speaks of, with a note if that
    was asked for. What the agent was told as the one who asked, they go on with as such."""
    incoming = ask.incoming
    mention = await to_thread(
        ask.office.store.ask, queries.find_mention, incoming.chat_id, incoming.reply_to
    )
    is_requesters = mention.is_to_requester if mention else await requests.is_awaited(ask)
    if is_requesters and incoming.is_private:
        return await requests.wrote(ask)
    if mention is None:
        return ask.say(ask.words("bot.answer.which"))
    if mention.is_for_note:
        if incoming.attachment is not None:
            return ask.say(ask.words("bot.note.no_files"))
        return await notes.leave(ask, mention.ticket_id, incoming.text)
    if incoming.attachment is not None and not incoming.files:
        return ask.say(ask.words("bot.answer.no_files"))
    return await answer(ask, mention.ticket_id, incoming.text)


async def press_reply(ask: Ask) -> Reply:
    """Ask for the answer; a reply to that question is the answer."""
    ticket = await tickets.living_ticket(ask, buttons.number(ask.argument))
    prompt = ask.words("bot.answer.prompt", id=ticket.id, subject=one_line(ticket.subject, 80))
    return ask.say(prompt, ticket_id=ticket.id, forces_reply=True)


async def answer(
    ask: Ask, ticket_id: int, text: str, *, command_id: str | None = None, resolves: bool = False
) -> Reply:
    """Answer the user, with the last word if it resolves the ticket, and say what became of it."""
    office = ask.office
    taken = await take_in(ask)
    if taken.lost:
        reasons = told(ask.words, taken.lost)
        return ask.say(Html("\n".join([*reasons, ask.words("bot.answer.not_sent")])), quotes=True)
    before = await to_thread(office.tickets.get_ticket, ticket_id)
    command = AnswerTicket(
        command_id=command_id or ask.command_id(),
        ticket_id=ticket_id,
        agent_id=ask.agent_id,
        agent_name=ask.agent.name if ask.agent else "",
        body=text,
        attachments=taken.kept,
        received_at=ask.received_at,
        resolves=resolves,
    )
    message = (await to_thread(office.tickets.answer_ticket, command)).result
    report = await _report_of(ask, message)
    lines = [_outcome(ask, ticket_id, message, report)]
    if resolves:
        lines.append(_end(ask, before))
    if colleague := _colleague(ask, before, message):
        lines.append(ask.words("bot.answer.colleague", name=one_line(colleague, 80)))
    is_refused = report is not None and not report.is_delivered
    goes_on = not resolves and not is_refused and before.status in UNFINISHED
    keyboard = buttons.answered(ask.words, ticket_id) if goes_on else ()
    confirmed = ask.say(Html("\n".join(lines)), keyboard, ticket_id=ticket_id)
    if ask.incoming.callback_id is None:
        confirmed = editing.remembering(ask, confirmed, ticket_id, message.id)
    confirmed = alarms.in_its_place(ask, said_key(message.id), confirmed)
    if not is_refused:
        return confirmed
    refused = refused_key(message.id)
    return alarms.told_elsewhere(ask, refused, alarms.in_this_chat(ask, refused, confirmed))


async def _report_of(ask: Ask, message: MessageView) -> DeliveryReport | None:
    if message.delivery == Delivery.DELIVERED:
        return None
    return await ask.office.deliveries.outcome_of(message.id, DELIVERY_SECONDS)


def _outcome(ask: Ask, ticket_id: int, message: MessageView, report: DeliveryReport | None) -> Html:
    if message.delivery == Delivery.DELIVERED:
        return ask.words("bot.answer.in_app", id=ticket_id)
    if report is None:
        return ask.words("bot.answer.on_its_way", id=ticket_id)
    if report.is_delivered:
        return ask.words("bot.answer.delivered", id=ticket_id)
    why = undelivered.reason(ask.words, report.refusal or "")
    return ask.words("bot.answer.refused", id=ticket_id, reason=why)


def _end(ask: Ask, before: TicketView) -> Html:
    """Whether it was this answer that resolved the ticket; a repeat finds it resolved since."""
    resolved_at = before.resolved_at
    was_resolved = resolved_at is not None and resolved_at < ask.received_at
    return ask.words("bot.close.before" if was_resolved else "bot.close.done", id=before.id)


def _is_same(one: AuthorView, other: AuthorView) -> bool:
    """Whether two agents are one; a version that tells no ids tells them apart by their names."""
    if one.id is None or other.id is None:
        return one.name == other.name
    return one.id == other.id


def _colleague(ask: Ask, ticket: TicketView, mine: MessageView) -> str | None:
    """The colleague who answered within the last minute, before this answer."""
    since = ask.received_at - COLLEAGUE_WITHIN
    names = [
        message.author.name
        for message in ticket.messages
        if message.author.kind == AuthorKind.AGENT
        and not message.is_note
        and message.id != mine.id
        and message.created_at >= since
        and not _is_same(message.author, mine.author)
    ]
    return names[-1] if names else None
