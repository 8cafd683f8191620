"""What one-time links do: one makes an agent, the other joins whoever opens it with an app user.

Whoever shows a token that does not do is told one sentence, whatever is the matter with it; an
agent, that they need no invite.
"""

from asyncio import to_thread

from sqlalchemy.orm import Session

from contracts.errors import PassRefused
from contracts.passes import digest_of
from contracts.tickets import (
    AcceptInvite,
    LinkAccount,
    LinkedAccount,
    LookAtPass,
    OfferedAccount,
    UnlinkAccount,
)
from services.bot import buttons, memory, queries, questions
from services.bot.asking import Ask, Reply
from services.bot.letters import Letter
from services.bot.markup import Html, one_line
from services.bot.models import Question
from services.bot.receiving import update_store
from services.bot.telling import agent_hours


async def accept_invite(ask: Ask, token: str) -> Reply:
    """Make whoever shows the token an agent."""
    who, office = ask.incoming.who, ask.office
    if not ask.incoming.is_private:
        return _forgetting(ask, ask.say(ask.words("bot.join.in_private")))
    command = AcceptInvite(
        command_id=ask.command_id(),
        digest=digest_of(token),
        telegram_id=who.id,
        name=who.name,
    )
    try:
        agent = (await to_thread(office.tickets.accept_invite, command)).result
    except PassRefused:
        told = "bot.join.no_invite" if ask.agent is None else "bot.join.no_need_of_invite"
        return _forgetting(ask, ask.say(ask.words(told)))
    office.roster.admit(agent)
    await office.menus.show_to_agent(who.id)
    reply = ask.say(office.languages.own("bot.start.agent", name=agent.name))

    def note(session: Session) -> None:
        """Whoever comes back may have gone off duty before they left."""
        memory.add_agent(session, agent)
        agent_hours.set_duty(session, who.id, is_on_duty=True)

    return _forgetting(ask, reply).also(note)


async def ask_whose(ask: Ask, token: str) -> Reply:
    """Ask whoever shows the token whether the app user for whom it was made is theirs. Only their
    press joins: a link may have come from anybody."""
    if not ask.incoming.is_private:
        return _forgetting(ask, ask.say(ask.words("bot.join.in_private")))
    query = LookAtPass(digest=digest_of(token), telegram_id=ask.incoming.who.id)
    try:
        offered = await to_thread(ask.office.tickets.look_at_pass, query)
        if offered.is_joined:
            return _forgetting(ask, _joined(ask, await _link(ask, query.digest)))
    except PassRefused:
        return _forgetting(ask, ask.say(ask.words("bot.join.no_link")))
    asked = questions.question(
        ask,
        questions.OFFERED,
        query.digest,
        words=ask.words("bot.join.whose", account=_named(ask, offered)),
        keyboard=buttons.link(ask.words, ask.incoming.message_id),
    )
    return _forgetting(ask, asked)


async def press_link(ask: Ask) -> Reply:
    """It is theirs: from now on the two are one person."""
    asked_in = buttons.number(ask.argument)
    question = await _question(ask, asked_in, questions.OFFERED)
    if question is None:
        return ask.remark(ask.words("bot.question.gone"))
    try:
        linked = await _link(ask, question.text)
    except PassRefused:
        return ask.change(ask.words("bot.join.no_link"))
    reply = ask.change(_told(ask, linked), buttons.unlink(ask.words, asked_in))
    if linked.former_telegram_id is not None:
        reply.posts.append(_farewell(ask, linked, linked.former_telegram_id))
    return questions.instead(reply, question, questions.LINKED, linked.requester.id)


async def press_not_mine(ask: Ask) -> Reply:
    """It is not theirs, so nothing is joined. The link stays good for whoever it was made for."""
    question = await _question(ask, buttons.number(ask.argument), questions.OFFERED)
    if question is None:
        return ask.remark(ask.words("bot.question.gone"))
    return questions.settled(ask.change(ask.words("bot.join.not_mine")), question)


async def press_unlink(ask: Ask) -> Reply:
    """It is not theirs after all."""
    question = await _question(ask, buttons.number(ask.argument), questions.LINKED)
    if question is None:
        return ask.remark(ask.words("bot.question.gone"))
    command = UnlinkAccount(
        command_id=ask.command_id(),
        telegram_id=ask.incoming.who.id,
        requester_id=question.text,
    )
    ended = (await to_thread(ask.office.tickets.unlink_account, command)).result
    if not ended.was_linked:
        return ask.remark(ask.words("bot.join.not_linked"))
    return ask.change(ask.words("bot.join.left", name=one_line(ended.name, 80)))


async def _question(ask: Ask, asked_in: int, kind: str) -> Question | None:
    """What was asked in this chat about the link in that message, if that still is the question."""
    chat_id = ask.incoming.chat_id
    found = await to_thread(ask.office.store.ask, queries.find_question, chat_id, asked_in)
    return found if found is not None and found.kind == kind else None


async def _link(ask: Ask, digest: str) -> LinkedAccount:
    """Use the pass. Raises PassRefused."""
    command = LinkAccount(
        command_id=ask.command_id(), digest=digest, telegram_id=ask.incoming.who.id
    )
    return (await to_thread(ask.office.tickets.link_account, command)).result


def _named(ask: Ask, offered: OfferedAccount) -> Html:
    """The account as its owner knows it."""
    name, hint = one_line(offered.name, 80), one_line(offered.hint, 80)
    if name and hint:
        return ask.words("bot.join.account", name=name, hint=hint)
    return ask.words("bot.join.account_of_one", name=name or hint or "?")


def _joined(ask: Ask, linked: LinkedAccount) -> Reply:
    """With a way back: somebody may have been talked into opening another's link."""
    return questions.question(
        ask,
        questions.LINKED,
        linked.requester.id,
        words=_told(ask, linked),
        keyboard=buttons.unlink(ask.words, ask.incoming.message_id),
    )


def _told(ask: Ask, linked: LinkedAccount) -> Html:
    """With whose account, and with whose no more."""
    name = one_line(linked.requester.name, 80)
    lines = [ask.words("bot.join.linked", name=name)]
    if linked.left is not None:
        lines.append(ask.words("bot.join.left", name=one_line(linked.left, 80)))
    return Html("\n".join(lines))


def _farewell(ask: Ask, linked: LinkedAccount, chat_id: int) -> Letter:
    """To whom the account was joined with until now; in the account's language."""
    words = ask.office.languages.of(linked.requester.locale)
    name = one_line(linked.requester.name, 80)
    return Letter(
        chat_id=chat_id, text=words("bot.join.parted", name=name), language=words.language
    )


def _forgetting(ask: Ask, reply: Reply) -> Reply:
    """The token is in the stored update, and nowhere else."""

    def forget(session: Session) -> None:
        update_store.forget_words(session, ask.row_id)

    return reply.also(forget)
