"""/start and /help: who is this, and what can they do here."""

from asyncio import to_thread

from sqlalchemy.orm import Session

from contracts.passes import token_after_start
from contracts.vocabulary import PassPurpose
from services.bot import memory, queries
from services.bot.asking import Ask, Reply
from services.bot.commands import following, joining
from services.bot.telling import agent_hours


async def start(ask: Ask) -> Reply:
    """Greet, or do what the link says: subscribe to incidents, let in, join. An agent's name is
    taken over as Telegram has it now."""
    if _wants_news(ask.argument):
        return await following.subscribe(ask)
    if (token := token_after_start(ask.argument, PassPurpose.AGENT)) is not None:
        return await joining.accept_invite(ask, token)
    if (token := token_after_start(ask.argument, PassPurpose.LINK)) is not None:
        return await joining.ask_whose(ask, token)
    who = ask.incoming.who
    roster = ask.office.roster
    agent = await roster.find(who.id, is_fresh=True)
    if agent is None:
        return ask.say(ask.words("bot.start.user", name=who.name))
    agent = await roster.rename(agent, who.name)
    await ask.office.menus.show_to_agent(who.id)
    greeting = ask.say(ask.words("bot.start.agent", name=agent.name))

    def note(session: Session) -> None:
        memory.add_agent(session, agent)
        agent_hours.set_duty(session, who.id, is_on_duty=True)

    return greeting.also(note)


def _wants_news(argument: str) -> bool:
    """A link says so in one word; whoever types it may say more."""
    return argument.casefold().split()[:1] == [following.STATUS]


async def show_help(ask: Ask) -> Reply:
    """The commands this person has."""
    if ask.agent is None:
        return ask.say(ask.words("bot.help.user"))
    return ask.say(ask.words("bot.help.agent"))


async def hint(ask: Ask) -> Reply:
    """An agent wrote something that is no command: say what would be one."""
    return ask.say(ask.words("bot.help.hint"))


async def unknown(ask: Ask) -> Reply:
    """A command nobody knows."""
    text = "bot.help.unknown" if ask.agent else "bot.help.unknown_to_user"
    return ask.say(ask.words(text))


async def overhear(ask: Ask) -> Reply:
    """Words in a group that nobody asks the bot about, unless somebody who cannot be seen answers
    the card of a ticket: its user would wait in vain."""
    incoming = ask.incoming
    if not incoming.is_anonymous or incoming.reply_to is None:
        return Reply()
    place = (incoming.chat_id, incoming.reply_to)
    mention = await to_thread(ask.office.store.ask, queries.find_mention, *place)
    return Reply() if mention is None else ask.say(ask.words("bot.error.anonymous"))


async def refuse_forwarded(ask: Ask) -> Reply:
    """A command that an agent passes on: in their name nobody else gives any."""
    return ask.say(ask.words("bot.error.forwarded"), quotes=True)


async def refuse(ask: Ask) -> Reply:
    """A command for agents, from somebody who is none, or cannot be seen."""
    if ask.incoming.is_anonymous:
        return ask.say(ask.words("bot.error.anonymous"))
    await ask.office.menus.take_from(ask.incoming.who.id)
    return ask.say(ask.words("bot.error.for_agents"))


async def refuse_files(ask: Ask, command: str) -> Reply:
    """A command under a file, which has no use for one."""
    if command == "note":
        return ask.say(ask.words("bot.note.no_files"))
    return ask.say(ask.words("bot.help.no_files"))
