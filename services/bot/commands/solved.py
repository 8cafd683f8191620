"""What a user says of a resolved request in one tap: solved or not, and how content they are.

A press may come late: the request may be open again, closed, or part of another by then.
"""

from asyncio import to_thread

from contracts.errors import TicketClosed, TicketNotResolved
from contracts.tickets import BEST_RATING, RateTicket, ReopenTicket, TicketView
from contracts.vocabulary import UNFINISHED
from services.bot import buttons
from services.bot.asking import Ask, Reply
from services.bot.letters import Keyboard
from services.bot.markup import Html


async def press_solved(ask: Ask) -> Reply:
    """Thank, and ask for a rating; the request stays as it is."""
    ticket_id, is_under_news = _read(ask)
    ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id, ask.requester_id)
    if ticket.merged_into is not None:
        return _goes_on(ask, ticket_id, ticket.merged_into)
    if ticket.status in UNFINISHED:
        return ask.remark(ask.words("bot.solved.is_open", id=ticket_id))
    text = ask.words("bot.solved.thanks", id=ticket_id)
    keyboard = buttons.ratings(ask.words, ticket_id, ticket.rating)
    return _show(ask, text, keyboard, ticket_id, anew=is_under_news)


async def press_unsolved(ask: Ask) -> Reply:
    """Open the request again, as a message would."""
    ticket_id, is_under_news = _read(ask)
    command = ReopenTicket(
        command_id=ask.command_id(),
        ticket_id=ticket_id,
        requester_id=ask.requester_id,
        body=ask.office.languages.own("bot.solved.in_thread"),
        received_at=ask.received_at,
    )
    try:
        await to_thread(ask.office.tickets.reopen_ticket, command)
    except TicketClosed as error:
        return _too_late(ask, ticket_id, error)
    text = ask.words("bot.solved.reopened", id=ticket_id)
    return _show(ask, text, (), ticket_id, anew=is_under_news)


async def press_rating(ask: Ask) -> Reply:
    """Keep the rating; another press gives another."""
    ticket, _, chosen = ask.argument.partition(":")
    ticket_id = buttons.number(ticket)
    command = RateTicket(
        command_id=ask.command_id(),
        ticket_id=ticket_id,
        requester_id=ask.requester_id,
        rating=buttons.pick(range(1, BEST_RATING + 1), chosen),
        rated_at=ask.received_at,
    )
    try:
        rated: TicketView = (await to_thread(ask.office.tickets.rate_ticket, command)).result
    except TicketNotResolved:
        return ask.remark(ask.words("bot.solved.is_open", id=ticket_id))
    except TicketClosed as error:
        return _too_late(ask, ticket_id, error)
    text = ask.words("bot.solved.rated", id=ticket_id)
    keyboard = buttons.ratings(ask.words, ticket_id, rated.rating)
    return ask.change(text, keyboard, toast=ask.words("bot.toast.noted"))


def _read(ask: Ask) -> tuple[int, bool]:
    """The ticket, and whether the buttons stand under news, which must stay to be read."""
    ticket, _, place = ask.argument.partition(":")
    return buttons.number(ticket), buttons.pick((False, True), place)


def _show(ask: Ask, text: Html, keyboard: Keyboard, ticket_id: int, *, anew: bool) -> Reply:
    if anew:
        return ask.say(text, keyboard, ticket_id=ticket_id).to_requester()
    return ask.change(text, keyboard)


def _too_late(ask: Ask, ticket_id: int, error: TicketClosed) -> Reply:
    if survivor := error.details.get("merged_into"):
        return _goes_on(ask, ticket_id, int(survivor))
    return ask.remark(ask.words("bot.solved.closed", id=ticket_id))


def _goes_on(ask: Ask, ticket_id: int, survivor: int) -> Reply:
    return ask.remark(ask.words("bot.request.goes_on", id=ticket_id, into=survivor))
