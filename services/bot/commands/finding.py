"""/find: tickets by words, by number and by who has asked."""

from asyncio import to_thread

from contracts.tickets import WORDS_LENGTH, HitPage, HitView, SearchTickets
from services.bot import buttons, memory, queries, questions
from services.bot.arguments import text_of
from services.bot.asking import Ask, Reply
from services.bot.markup import Html, one_line
from services.bot.models import Question
from services.bot.showing import cards

SHOWN = 10


async def find(ask: Ask) -> Reply:
    """`/find words`."""
    words = text_of(" ".join(ask.argument.split()), "find", WORDS_LENGTH)
    page = await to_thread(
        ask.office.tickets.search_tickets, SearchTickets(words=words, limit=SHOWN)
    )
    reply = _shown(ask, words, page, ask.incoming.message_id, first=0)
    if page.next is None:
        return reply
    asked = Question(
        chat_id=ask.incoming.chat_id,
        message_id=ask.incoming.message_id,
        kind=questions.FIND,
        text=words,
        asked_at=ask.now,
    )
    return reply.also(lambda session: memory.ask(session, asked))


async def press_more(ask: Ask) -> Reply:
    """The next of what a command before has found."""
    asked_in, _, place = ask.argument.partition(":")
    message_id, offset = buttons.number(asked_in), buttons.number(place)
    question = await to_thread(
        ask.office.store.ask, queries.find_question, ask.incoming.chat_id, message_id
    )
    if question is None or question.kind != questions.FIND:
        return ask.remark(ask.words("bot.question.gone"))
    query = SearchTickets(words=question.text, limit=SHOWN, offset=offset)
    page = await to_thread(ask.office.tickets.search_tickets, query)
    return _shown(ask, question.text, page, message_id, first=offset)


def _shown(ask: Ask, words: str, page: HitPage, asked_in: int, *, first: int) -> Reply:
    about = one_line(words, 60)
    if not page.results:
        return ask.say(
            ask.words("bot.find.none" if first == 0 else "bot.find.no_more", words=about)
        )
    until = first + len(page.results)
    title = ask.words("bot.find.title", words=about, first=first + 1, until=until)
    blocks = [title, *(_line(ask, hit) for hit in page.results)]
    keyboard = () if page.next is None else buttons.more_found(ask.words, asked_in, page.next)
    return ask.say(Html("\n\n".join(blocks)), keyboard)


def _line(ask: Ask, hit: HitView) -> Html:
    """A ticket as in every list, and where the words stand in it unless its subject shows that."""
    line = cards.line(ask.words, hit.ticket, ask.now)
    if not hit.excerpt or hit.excerpt == hit.ticket.subject:
        return line
    found = ask.words(f"bot.find.in.{hit.found_in.value}", excerpt=one_line(hit.excerpt, 240))
    return Html(f"{line}\n{found}")
