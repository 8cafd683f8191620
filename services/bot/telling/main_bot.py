"""What the product's main bot tells an app user of an answer. Whoever is told has never written to
the support bot, so everything else is in the app: the files, and the way to reply. Pure."""

from contracts.tickets import TicketAnswered
from services.bot.letters import MAIN_BOT, Letter, Rank
from services.bot.markup import Html, escape, one_line
from services.bot.settings import MainBot
from services.bot.speech import Speech


def answer_letter(main_bot: MainBot, words: Speech, event: TicketAnswered, chat_id: int) -> Letter:
    """The answer without its files. A reply to it reaches the product, not us, so it means no
    ticket; and its delivery is none, since the app has the answer."""
    asked, message = event.ticket, event.message
    heading = words("bot.request.answer", id=asked.id, name=one_line(event.agent.name, 80))
    parts = [heading, escape(message.body)]
    if message.attachments:
        parts.append(words.plural("bot.main.files", len(message.attachments)))
    link = main_bot.link_to(asked.id)
    parts.append(words("bot.main.open_app", link=link) if link else words("bot.main.in_app"))
    return Letter(
        chat_id=chat_id,
        text=Html("\n\n".join(part for part in parts if part)),
        rank=Rank.ANSWER,
        bot=MAIN_BOT,
        language=words.language,
    )
