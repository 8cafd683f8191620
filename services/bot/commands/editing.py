"""What becomes of an edited message: a user's is changed in the thread, which keeps what it said;
what an agent wrote stands, since it was carried out or carried away."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from contracts.errors import Invalid, MessageNotFound, TicketClosed, TicketNotFound
from contracts.tickets import TEXT_LENGTH, EditedMessage, EditUserMessage, MessageView
from contracts.vocabulary import AuthorKind
from services.bot import buttons, memory, queries
from services.bot.asking import Ask, Reply
from services.bot.files.sent_files import Lost
from services.bot.files.taking_in import told
from services.bot.markup import Html, visible
from services.bot.models import EarlyEdit
from services.bot.receiving.rewriting import Rewritten, as_rewritten, is_of_several
from services.bot.showing import cards

OVERTAKING = timedelta(minutes=5)
"""So much later its message may come; what is older has been handled, or never will be."""
TOO_LONG = {"message": "too_long"}


async def edited(ask: Ask) -> Reply:
    """Somebody changed what they wrote. A command is not carried out a second time."""
    incoming = ask.incoming
    place = (incoming.chat_id, incoming.message_id)
    known = await to_thread(ask.office.store.ask, queries.thread_message, *place)
    mention = await to_thread(ask.office.store.ask, queries.find_mention, *place)
    is_agents = ask.agent is not None and not (mention and mention.is_to_requester)
    if is_agents and known is not None:
        return ask.say(ask.words("bot.edited.answer", id=known[0]), quotes=True)
    if not incoming.is_private:
        return Reply()
    if known is None and incoming.text.startswith("/"):
        return ask.say(ask.words("bot.edited.command"))
    if is_agents:
        return ask.say(ask.words("bot.edited.agent"))
    if known is None:
        return _unknown(ask)
    return await _change(ask, *known)


async def press_earlier(ask: Ask) -> Reply:
    """What the messages of a ticket said before they were edited."""
    ticket_id = buttons.number(ask.argument)
    found = await to_thread(ask.office.tickets.get_earlier_texts, ticket_id)
    if not found.texts:
        return ask.remark(ask.words("bot.edited.none"))
    return ask.say(cards.earlier(ask.words, found, ask.now), ticket_id=ticket_id)


async def as_edited_early(ask: Ask) -> Ask:
    """A message that its own edit has overtaken says what the edit says. Of an album nobody knows
    which of its words that would be in place of."""
    incoming = ask.incoming
    if incoming.with_messages:
        return ask
    text = await to_thread(
        ask.office.store.ask, queries.early_edit, incoming.chat_id, incoming.message_id
    )
    return ask if text is None else replace(ask, incoming=replace(incoming, text=text))


def remembering(
    ask: Ask, reply: Reply, ticket_id: int, became: int, *, is_to_requester: bool = False
) -> Reply:
    """Let it be known which message of a thread the message, or its whole album, became; and that
    it was written as the one who asked, and not as an agent."""
    chat_id, message_id = ask.incoming.chat_id, ask.incoming.message_id

    def remember(session: Session) -> None:
        for one in (message_id, *ask.incoming.with_messages):
            memory.mention(
                session,
                chat_id,
                one,
                ticket_id,
                became=became,
                is_to_requester=is_to_requester,
            )
        memory.forget_early_edit(session, chat_id, message_id)

    return reply.also(remember)


def body_of(ask: Ask, text: str, lost: Sequence[Lost] = ()) -> str:
    """The text. What came beside it and is no file, or was not kept, is named in sentences of its
    author's language: they stand in the author's own message, on every face of the desk, and
    whoever answers reads the language in which it is written."""
    words, incoming, lines = ask.words, ask.incoming, [text]
    if incoming.attachment is not None and not incoming.files:
        lines.append(words(f"bot.attachment.{incoming.attachment}"))
    lines += [f"[{visible(one)}]" for one in told(words, lost)]
    return "\n".join(line for line in lines if line)


async def _change(ask: Ask, ticket_id: int, message_id: int) -> Reply:
    """Nothing is said when all is well: whoever edits sees it, and may do so often."""
    try:
        edited = await _edit(ask, ticket_id, message_id)
    except Invalid as error:
        is_long = error.details == TOO_LONG
        said = "bot.edited.too_long" if is_long else "bot.edited.empty"
        return ask.say(ask.words(said, limit=TEXT_LENGTH), quotes=True)
    except (TicketNotFound, MessageNotFound):
        return ask.say(ask.words("bot.edited.unknown"), quotes=True)
    except TicketClosed as error:
        return ask.say(_not_kept(ask, ticket_id, error), quotes=True)
    if edited.is_unanswered or not edited.is_changed:
        return Reply()
    is_answered = await _is_answered(ask, ticket_id, edited.message)
    told = "bot.edited.answered" if is_answered else "bot.edited.dealt_with"
    text = ask.words(told, id=ticket_id)
    return ask.say(text, ticket_id=ticket_id, quotes=True).to_requester()


async def _edit(ask: Ask, ticket_id: int, message_id: int) -> EditedMessage:
    """Let the thread say what the message, or its album, says now."""
    rewritten = await _rewritten(ask, message_id)
    body = body_of(ask, rewritten.text, rewritten.lost)
    if len(body) > TEXT_LENGTH:
        raise Invalid(f"the text is longer than {TEXT_LENGTH} characters", TOO_LONG)
    command = EditUserMessage(
        command_id=ask.command_id(f":edit:{ask.row_id}"),
        ticket_id=ticket_id,
        message_id=message_id,
        requester_id=ask.requester_id,
        body=body,
        edited_at=rewritten.edited_at,
    )
    return (await to_thread(ask.office.tickets.edit_user_message, command)).result


async def _is_answered(ask: Ask, ticket_id: int, message: MessageView) -> bool:
    """Whether an agent has said something since; what was resolved without a word waits for no
    answer either."""
    ticket = await to_thread(ask.office.tickets.get_ticket, ticket_id, ask.requester_id)
    return any(
        one.author.kind is AuthorKind.AGENT and one.created_at >= message.created_at
        for one in ticket.messages
    )


async def _rewritten(ask: Ask, message_id: int) -> Rewritten:
    """What the message says now. Of one that is forgotten the edit tells; of a forgotten album it
    tells too little, so that raises MessageNotFound."""
    store, incoming = ask.office.store, ask.incoming
    known = await to_thread(store.ask, as_rewritten, ask.row_id)
    if known is not None:
        return known
    if await to_thread(store.ask, is_of_several, incoming.chat_id, message_id):
        raise MessageNotFound("the album is forgotten", {"message_id": str(message_id)})
    return Rewritten(incoming.text, ask.received_at, [])


def _not_kept(ask: Ask, ticket_id: int, error: TicketClosed) -> Html:
    if into := error.details.get("merged_into"):
        return ask.words("bot.edited.merged", id=ticket_id, into=into)
    return ask.words("bot.edited.closed", id=ticket_id)


def _unknown(ask: Ask) -> Reply:
    """It became no request, as far as is known; it may be still to come, if it is young."""
    reply = ask.say(ask.words("bot.edited.unknown"), quotes=True)
    incoming = ask.incoming
    if incoming.written_at is None or ask.now - incoming.written_at > OVERTAKING:
        return reply
    early = EarlyEdit(
        chat_id=incoming.chat_id,
        message_id=incoming.message_id,
        text=incoming.text,
        edited_at=ask.received_at,
    )
    return reply.also(lambda session: memory.keep_early_edit(session, early))
