"""What users do: a private message becomes a request or continues one; buttons tell more of it."""

from asyncio import to_thread

from sqlalchemy.orm import Session

from contracts.errors import TicketClosed, TicketNotFound
from contracts.tickets import (
    AddUserMessage,
    ListTickets,
    OpenTicket,
    Person,
    SetImpact,
    TicketView,
)
from contracts.vocabulary import PRIORITY_OF_IMPACT, Category, Impact, Priority, Source
from services.bot import buttons, memory, queries
from services.bot.asking import Ask, Reply
from services.bot.commands import editing, following
from services.bot.files.sent_files import TakenIn
from services.bot.files.taking_in import take_in, told
from services.bot.letters import Keyboard
from services.bot.markup import Html, visible
from services.bot.showing import incident_cards

NEW = "new"
NAMED = ("document", "audio")
"""Files that have a name of their own."""
_LOOKED_AT = 25


async def wrote(ask: Ask) -> Reply:
    """Open a ticket or continue one. Where it goes is decided once and remembered, so that a
    second handling after a crash does not continue the ticket which the first has opened."""
    ask = await editing.as_edited_early(ask)
    route = ask.route
    if route is None:
        route = await _route(ask)
        await _remember(ask, route)
    if route == NEW:
        return await _open(ask, "bot.request.opened")
    return await _go_on(ask, int(route), int(route))


async def is_awaited(ask: Ask) -> bool:
    """Whether whoever writes has wished for a new request, be they an agent; that is known of a
    message that is handled again as well."""
    if ask.route is not None:
        return True
    chat_id = ask.incoming.chat_id
    return await to_thread(ask.office.store.ask, queries.wants_new_ticket, chat_id)


async def press_new(ask: Ask) -> Reply:
    """The next message opens a ticket of its own."""
    chat_id = ask.incoming.chat_id

    def remember(session: Session) -> None:
        memory.chat_state(session, chat_id).wants_new_ticket = True

    return ask.say(ask.words("bot.request.describe")).also(remember)


async def press_category(ask: Ask) -> Reply:
    ticket_id, _, chosen = ask.argument.partition(":")
    category = buttons.pick(list(Category), chosen)
    return await _told(ask, buttons.number(ticket_id), category=category)


async def press_impact(ask: Ask) -> Reply:
    ticket_id, _, chosen = ask.argument.partition(":")
    impact = buttons.pick(list(Impact), chosen)
    return await _told(ask, buttons.number(ticket_id), priority=PRIORITY_OF_IMPACT[impact])


async def _told(
    ask: Ask,
    ticket_id: int,
    *,
    category: Category | None = None,
    priority: Priority | None = None,
) -> Reply:
    command = SetImpact(
        command_id=ask.command_id(),
        ticket_id=ticket_id,
        requester_id=ask.requester_id,
        category=category,
        priority=priority,
    )
    try:
        ticket = (await to_thread(ask.office.tickets.set_impact, command)).result
    except TicketClosed as error:
        if survivor := error.details.get("merged_into"):
            return ask.remark(ask.words("bot.request.goes_on", id=ticket_id, into=survivor))
        raise
    text, keyboard = await _card(ask, ticket, ask.words("bot.request.card", id=ticket.id))
    is_left = priority is not None and ticket.priority is Priority.P0
    toast = ask.words("bot.toast.most_urgent" if is_left else "bot.toast.noted")
    return ask.change(text, keyboard, toast=toast)


async def _route(ask: Ask) -> str:
    """The ticket of the album that this came with too late, or the one replied to, or a new one if
    wished, or the newest open one, or a new one."""
    incoming, store = ask.incoming, ask.office.store
    if (earlier := await to_thread(store.ask, queries.ticket_of_album, ask.row_id)) is not None:
        return str(earlier)
    if incoming.reply_to is not None:
        mentioned = await to_thread(
            store.ask, queries.mentioned_ticket, incoming.chat_id, incoming.reply_to
        )
        if mentioned is not None:
            return str(mentioned)
    if await to_thread(store.ask, queries.wants_new_ticket, incoming.chat_id):
        return NEW
    query = ListTickets(requester_id=ask.requester_id, unfinished=True, limit=_LOOKED_AT)
    page = await to_thread(ask.office.tickets.list_tickets, query)
    newest = max((ticket.id for ticket in page.results), default=None)
    return NEW if newest is None else str(newest)


async def _remember(ask: Ask, route: str) -> None:
    updates = ask.office.updates
    await to_thread(updates.remember_route, ask.row_id, ask.incoming.chat_id, route)


async def _go_on(ask: Ask, ticket_id: int, meant: int) -> Reply:
    """Continue a ticket, or the one that the `meant` one was merged into; when it is history, open
    a new one. A survivor is remembered like any route: until then nothing was written anywhere."""
    try:
        return await _continue(ask, ticket_id, meant)
    except TicketNotFound:  # theirs no more, since the account was parted from this chat
        return await _open(ask, "bot.request.opened_after_parted", old=meant)
    except TicketClosed as error:
        survivor = error.details.get("merged_into")
    if survivor is None:
        said = "bot.request.opened_after_closed"
        return await _open(ask, said, old=meant, follows=ticket_id)
    await _remember(ask, survivor)
    return await _go_on(ask, int(survivor), meant)


async def _open(
    ask: Ask, message_id: str, *, old: int | None = None, follows: int | None = None
) -> Reply:
    who, desk = ask.incoming.who, ask.office.settings.file
    taken = await take_in(ask)
    command = OpenTicket(
        command_id=ask.command_id(":open"),
        requester=Person(
            id=ask.requester_id, name=who.name, telegram_id=who.id, locale=who.language
        ),
        description=editing.body_of(ask, ask.incoming.text, taken.lost),
        attachments=taken.kept,
        subject=_subject(ask),
        source=Source.TELEGRAM,
        received_at=ask.received_at,
        follows=follows,
        limit_per_hour=desk.limits.new_tickets_per_hour,
    )
    ticket = (await to_thread(ask.office.tickets.open_ticket, command)).result
    values = {"id": ticket.id} if old is None else {"id": ticket.id, "old": old}
    text = _with_files_note(ask, ask.words(message_id, **values), taken)
    text, keyboard = await _card(ask, ticket, text)
    reply = ask.say(text, keyboard, ticket_id=ticket.id).to_requester()
    first = ticket.messages[0].id
    return editing.remembering(ask, reply, ticket.id, first, is_to_requester=True)


async def _continue(ask: Ask, ticket_id: int, meant: int) -> Reply:
    taken = await take_in(ask)
    command = AddUserMessage(
        command_id=ask.command_id(":add"),
        ticket_id=ticket_id,
        requester_id=ask.requester_id,
        body=editing.body_of(ask, ask.incoming.text, taken.lost),
        attachments=taken.kept,
        received_at=ask.received_at,
    )
    message = (await to_thread(ask.office.tickets.add_user_message, command)).result
    said = "bot.request.added_after_merge"
    if ticket_id == meant:
        said = "bot.request.reopened" if message.has_reopened else "bot.request.added"
    text = _with_files_note(ask, ask.words(said, id=ticket_id, old=meant), taken)
    keyboard = buttons.new_request(ask.words)
    reply = ask.say(text, keyboard, ticket_id=ticket_id).to_requester()
    return editing.remembering(ask, reply, ticket_id, message.id, is_to_requester=True)


async def _card(ask: Ask, ticket: TicketView, text: Html) -> tuple[Html, Keyboard]:
    """The words about a request, with the incident that it may be about as it is now, and its
    buttons."""
    keyboard = buttons.request_card(ask.words, ticket)
    incident = await following.find_known_incident(ask, ticket)
    if incident is None:
        return text, keyboard
    known = incident_cards.known(ask.words, incident)
    return Html(f"{text}\n\n{known}"), (
        *buttons.join(ask.words, incident.id, ticket.id),
        *keyboard,
    )


def _subject(ask: Ask) -> str | None:
    """Of a file without words what it is, unless its sender has named it; else tickets makes the
    subject itself. Its sender reads it too."""
    kind = ask.incoming.attachment
    if ask.incoming.text or kind is None or kind in NAMED:
        return None
    return visible(ask.words(f"bot.attachment.{kind}"))


def _with_files_note(ask: Ask, text: Html, taken: TakenIn) -> Html:
    """With what of the message was not kept."""
    notes = told(ask.words, taken.lost)
    if ask.incoming.attachment is not None and not ask.incoming.files:
        notes.append(ask.words("bot.request.no_files"))
    return Html("\n".join([text, *notes]))
