"""Answers that agents give often: /canned, and the button with a preview."""

from asyncio import to_thread

from contracts.desk import CannedAnswer
from contracts.tickets import TicketView
from services.bot import buttons, queries
from services.bot.arguments import WrongCall, canned_of
from services.bot.asking import Ask, Reply
from services.bot.commands import answers
from services.bot.commands.tickets import changed, short_card
from services.bot.letters import Edit
from services.bot.markup import Html, escape, excerpt, one_line
from services.bot.speech import Speech

PREVIEW_UNITS = 3500
"""Of the text; a button's message is one message, and has a heading too."""


async def canned(ask: Ask) -> Reply:
    """`/canned`, `/canned 42 name`, or `/canned name` as a reply to a message about a ticket."""
    ticket_id, name = canned_of(ask.argument)
    if name is None:
        return ask.say(_listed(ask))
    answer = _named(ask, name)
    ticket_id = ticket_id or await _replied_to(ask)
    if ticket_id is None:
        raise WrongCall("canned", "bot.wrong.which_ticket")
    ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id)
    return await answers.answer(ask, ticket.id, _filled(ask, ticket, answer))


async def show_canned(ask: Ask) -> Reply:
    """The answers to choose from."""
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(ask.argument))
    keyboard = buttons.canned(ask.words, ticket.id)
    return ask.change(await short_card(ask, ticket), keyboard, ticket_id=ticket.id)


async def press_preview(ask: Ask) -> Reply:
    """One of them as its requester will read it; nothing is sent yet."""
    ticket_id, _, name = ask.argument.partition(":")
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(ticket_id))
    answer = ask.words.canned.get(name)
    if answer is None:
        return ask.remark(ask.words("bot.canned.gone"))
    begin, is_cut = excerpt(_filled(ask, ticket, answer), PREVIEW_UNITS)
    title = ask.words(
        "bot.canned.preview",
        id=ticket.id,
        title=answer.title.in_language(ask.words.language),
        requester=one_line(ticket.requester.name, 80),
    )
    text = Html(f"{title}\n\n{escape(begin)}{'…' if is_cut else ''}")
    keyboard = buttons.canned_preview(ask.words, ticket.id, name, ask.row_id)
    return ask.change(text, keyboard, ticket_id=ticket.id)


async def press_send(ask: Ask) -> Reply:
    """Send what was previewed; pressed twice it goes once."""
    ticket_id, _, rest = ask.argument.partition(":")
    preview, _, name = rest.partition(":")
    answer = ask.words.canned.get(name)
    if answer is None:
        return ask.remark(ask.words("bot.canned.gone"))
    ticket = await to_thread(ask.office.tickets.get_ticket, buttons.number(ticket_id))
    sent = await answers.answer(
        ask,
        ticket.id,
        _filled(ask, ticket, answer),
        command_id=ask.command_id_of(ask.incoming.message_id, f":canned:{buttons.number(preview)}"),
    )
    card = await changed(ask, await to_thread(ask.office.tickets.get_ticket, ticket.id), None)
    return Reply([*sent.posts, *_edits(card)], toast=card.toast, writes=sent.writes)


def _edits(reply: Reply) -> list[Edit]:
    return [post for post in reply.posts if isinstance(post, Edit)]


def _named(ask: Ask, name: str) -> CannedAnswer:
    """Raises WrongCall, which says what there is."""
    known = ask.words.canned
    if not known:
        raise WrongCall("canned", "bot.canned.none")
    if name not in known:
        raise WrongCall(
            "canned", "bot.wrong.unknown_canned", name=one_line(name, 40), names=", ".join(known)
        )
    return known[name]


async def _replied_to(ask: Ask) -> int | None:
    incoming = ask.incoming
    if incoming.reply_to is None:
        return None
    return await to_thread(
        ask.office.store.ask, queries.mentioned_ticket, incoming.chat_id, incoming.reply_to
    )


def _filled(ask: Ask, ticket: TicketView, answer: CannedAnswer) -> str:
    """The text in the requester's language. Whoever has no name goes by none of ours."""
    requester = ticket.requester
    words = ask.office.languages.of(requester.locale)
    is_named = requester.name not in {"", requester.id}
    name = one_line(requester.name, 80) if is_named else str(words("bot.canned.somebody"))
    return answer.text.filled(words.language, name=name, ticket_id=ticket.id)


def _listed(ask: Ask) -> Html:
    words = ask.words
    if not words.canned:
        return words("bot.canned.none")
    entries = [_entry(words, answer) for answer in words.canned.values()]
    return Html("\n\n".join([words("bot.canned.title"), *entries]))


def _entry(words: Speech, answer: CannedAnswer) -> Html:
    language = words.language
    return words(
        "bot.canned.entry",
        name=answer.name,
        title=answer.title.in_language(language),
        text=answer.text.ru if language == "ru" else answer.text.en,
    )
