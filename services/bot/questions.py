"""Questions put to an agent before a command can be carried out, and what was asked about."""

from contracts.errors import SeveralOpenIncidents
from services.bot import buttons, memory
from services.bot.asking import Ask, Reply
from services.bot.letters import Keyboard
from services.bot.markup import Html
from services.bot.models import Question

DECLARE, UPDATE, RESOLVE, LINK = "declare", "update", "resolve", "link"
FIND = "find"
"""Not asked but kept: the words of which there is more."""
OFFERED, LINKED = "offered", "linked"
"""Whether an app user is theirs, to whoever has opened a link: before they are joined, with the
digest of the link's token, and after it, with the user's id."""


def which_incident(
    ask: Ask,
    kind: str,
    text: str,
    several: SeveralOpenIncidents,
    *,
    ticket_id: int | None = None,
) -> Reply:
    """Ask which of the open incidents is meant; `text` is kept until it is clear."""
    keyboard = buttons.which_incident(ask.incoming.message_id, several.details)
    words = ask.words(f"bot.incident.which.{kind}")
    return question(ask, kind, text, words=words, keyboard=keyboard, ticket_id=ticket_id)


def question(
    ask: Ask,
    kind: str,
    text: str,
    *,
    words: Html,
    keyboard: Keyboard,
    ticket_id: int | None = None,
) -> Reply:
    """Ask, and remember what about; with a ticket, a reply to the question means that."""
    asked = Question(
        chat_id=ask.incoming.chat_id,
        message_id=ask.incoming.message_id,
        kind=kind,
        text=text,
        asked_at=ask.now,
    )
    return ask.say(words, keyboard, ticket_id=ticket_id).also(
        lambda session: memory.ask(session, asked)
    )


def instead(reply: Reply, asked: Question, kind: str, text: str) -> Reply:
    """Let another question stand in the place of one that was answered."""
    next_one = Question(
        chat_id=asked.chat_id,
        message_id=asked.message_id,
        kind=kind,
        text=text,
        asked_at=asked.asked_at,
    )
    return reply.also(lambda session: memory.ask(session, next_one))


def settled(reply: Reply, asked: Question) -> Reply:
    """Let go of a question that was answered."""
    return reply.also(lambda session: memory.forget_question(session, asked))
