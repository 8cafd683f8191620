"""Who may ask what, and who answers it: the table of handlers, and the one handler of errors."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable

from structlog import get_logger

from contracts.errors import ContractError, NotAnAgent, Unavailable
from services.bot import buttons, memory, queries, refusals, returning
from services.bot.arguments import WrongCall, in_topic, refuse_another
from services.bot.asking import Ask, Reply
from services.bot.commands import (
    access,
    aftermath,
    answers,
    assessing,
    assigning,
    canned,
    duty,
    editing,
    files,
    finding,
    following,
    incidents,
    joining,
    linking,
    maintenance,
    merging,
    notes,
    overview,
    requests,
    solved,
    suspicions,
    tickets,
)
from services.bot.group import agents_group
from services.bot.letters import Toast
from services.bot.markup import Html
from services.bot.receiving.parsing import Call, Deed, command_of

Handler = Callable[[Ask], Awaitable[Reply]]

COMMANDS: dict[str, Handler] = {
    "start": access.start,
    "help": access.show_help,
    "tickets": tickets.tickets,
    "my": tickets.my,
    "view": tickets.view,
    "find": finding.find,
    "take": tickets.take,
    "assign": assigning.assign,
    "priority": tickets.priority,
    "reply": answers.reply,
    "canned": canned.canned,
    "note": notes.note,
    "close": answers.close,
    "merge": merging.merge,
    "link": linking.link,
    "stats": overview.stats,
    "status": overview.status,
    "sla": overview.sla,
    "incident": incidents.incident,
    "update": incidents.update,
    "resolve": incidents.resolve,
    "postmortem": aftermath.postmortem,
    "maintenance": maintenance.maintenance,
    "duty": duty.duty,
    "quiet": duty.quiet,
}
FOR_ANYBODY = frozenset({"start", "help", "status"})
ALONE = frozenset({"tickets", "my", "stats", "status", "sla"})
"""Nothing follows them."""
GREETINGS = frozenset({"start", "help"})
"""Whatever follows them is passed over."""
UNDER_FILES = frozenset({"reply", "close"})
"""They take what is sent with them to the user."""

AGENT_BUTTONS: dict[str, Handler] = {
    buttons.TAKE: tickets.press_take,
    buttons.KEEP_WORKING: tickets.press_keep_working,
    buttons.RESOLVE: tickets.press_resolve,
    buttons.SHOW_CARD: tickets.press_card,
    buttons.SHOW_PRIORITIES: tickets.show_priorities,
    buttons.SET_PRIORITY: tickets.press_priority,
    buttons.FIND_MORE: finding.press_more,
    buttons.SHOW_CANNED: canned.show_canned,
    buttons.PREVIEW_CANNED: canned.press_preview,
    buttons.SEND_CANNED: canned.press_send,
    buttons.SHOW_ASSIGNEES: assigning.show_assignees,
    buttons.SET_ASSIGNEE: assigning.press_assignee,
    buttons.EXPLAIN_DEADLINE: tickets.press_why,
    buttons.SHOW_EARLIER: editing.press_earlier,
    buttons.SHOW_FILES: files.press_files,
    buttons.REPLY: answers.press_reply,
    buttons.NOTE: notes.press_note,
    buttons.UNDO_INCIDENT: incidents.press_undo,
    buttons.SET_STAGE: incidents.press_stage,
    buttons.LINK_TICKET: linking.press_link,
    buttons.LINK_MATCHING: assessing.press_link_matching,
    buttons.SET_COMPONENT: assessing.press_component,
    buttons.SET_SEVERITY: assessing.press_severity,
    buttons.REOPEN_INCIDENT: aftermath.press_reopen,
    buttons.SHOW_TRAIL: aftermath.press_trail,
    buttons.CONCERN_COMPONENT: maintenance.press_concern,
    buttons.CANCEL_MAINTENANCE: maintenance.press_cancel,
    buttons.DECLARE_SUSPECTED: suspicions.press_declare,
    buttons.DISMISS_SUSPICION: suspicions.press_dismiss,
    buttons.SET_DUTY: duty.press_duty,
    buttons.SET_QUIET: duty.press_quiet,
    buttons.ANSWER_QUESTION: incidents.answer_question,
}
USER_BUTTONS: dict[str, Handler] = {
    buttons.NEW_REQUEST: requests.press_new,
    buttons.SET_CATEGORY: requests.press_category,
    buttons.SET_IMPACT: requests.press_impact,
    buttons.JOIN_INCIDENT: following.press_join,
    buttons.WISH_NEWS: following.press_news,
    buttons.UNSUBSCRIBE: following.press_unsubscribe,
    buttons.SOLVED: solved.press_solved,
    buttons.UNSOLVED: solved.press_unsolved,
    buttons.RATE: solved.press_rating,
    buttons.CONFIRM_LINK: joining.press_link,
    buttons.REFUSE_LINK: joining.press_not_mine,
    buttons.UNLINK: joining.press_unlink,
}

READING = ALONE | {"view", "find", "help"}
READING_BUTTONS = frozenset(
    {
        buttons.SHOW_CARD,
        buttons.SHOW_PRIORITIES,
        buttons.SHOW_ASSIGNEES,
        buttons.SHOW_CANNED,
        buttons.FIND_MORE,
        buttons.PREVIEW_CANNED,
        buttons.SHOW_EARLIER,
        buttons.EXPLAIN_DEADLINE,
        buttons.SHOW_FILES,
        buttons.SHOW_TRAIL,
    }
)

NO_TOAST = Toast()
FOREVER = float("inf")
A_WHILE = 15.0

log = get_logger()


async def handle(ask: Ask, bot_username: str) -> Reply:
    """Answer one deed of a person. Raises Unavailable, and bugs; anything else becomes words."""
    try:
        return await _handle(ask, bot_username)
    except WrongCall as error:
        return ask.say(refusals.usage(ask.words, error))
    except Unavailable:
        raise
    except ContractError as error:
        log.warning("refused", code=error.code, reason=error.message)
        return refuse(ask, error)


def refuse(ask: Ask, error: ContractError) -> Reply:
    """Say why not."""
    return _excuse(ask, refusals.refusal(ask.words, error, is_agent=ask.agent is not None))


def give_up(ask: Ask, error: ContractError, bot_username: str) -> Reply:
    """Say that a neighbour stayed silent. What only reads leaves no doubt about what was done."""
    if isinstance(error, Unavailable) and _only_reads(ask, bot_username):
        return _excuse(ask, ask.words("bot.error.not_read"))
    return refuse(ask, error)


def _excuse(ask: Ask, words: Html) -> Reply:
    """Where the person looks: above the button, or in the chat. There it may come after other
    things were said, so it quotes what it is about."""
    if ask.incoming.callback_id is not None:
        return ask.remark(words)
    return ask.say(words, quotes=True)


def patience(ask: Ask, bot_username: str) -> float:
    """For how many seconds to go on trying when a neighbour is silent.

    A user's message is never given up; an agent is told soon, and can look and decide.
    """
    if ask.incoming.deed == Deed.PRESSED:
        return A_WHILE
    call = _call(ask, bot_username)
    if call is None:
        return FOREVER if ask.agent is None else A_WHILE
    is_greeting = call.name == "start" and not call.argument
    return 0.0 if is_greeting or call.name in READING else A_WHILE


def _only_reads(ask: Ask, bot_username: str) -> bool:
    if ask.incoming.deed == Deed.PRESSED:
        return ask.incoming.text.partition(":")[0] in READING_BUTTONS
    call = _call(ask, bot_username)
    return call is not None and call.name in READING


async def _handle(ask: Ask, bot_username: str) -> Reply:
    match ask.incoming.deed:
        case Deed.PRESSED:
            return await _press(ask)
        case Deed.BLOCKED | Deed.CAME_BACK:
            return _note_membership(ask)
        case Deed.EDITED:
            return await editing.edited(ask)
        case Deed.WROTE:
            call = _call(ask, bot_username)
            return await (_write(ask) if call is None else _command(ask, call))


def _call(ask: Ask, bot_username: str) -> Call | None:
    """The command, if the message is one. A user's caption never is; an agent's is, lest a note
    under a file, in reply to a card, should go to the user. For the same reason whatever of theirs
    begins like a command is one; a user may begin with a path, or pass on what does."""
    call = command_of(ask.incoming.text, bot_username)
    if ask.incoming.is_forwarded and ask.agent is None:
        return None
    if call is not None and call.is_garbled and ask.agent is None and call.name not in COMMANDS:
        return None
    if ask.incoming.attachment is None or call is None:
        return call
    return call if ask.agent is not None and ask.incoming.files else None


async def _command(ask: Ask, call: Call) -> Reply:
    handler = COMMANDS.get(call.name)
    if ask.incoming.is_forwarded:
        is_meant = ask.incoming.is_private or handler is not None
        return await access.refuse_forwarded(ask) if is_meant else Reply()
    if ask.agent is None and call.name not in FOR_ANYBODY:
        is_meant = ask.incoming.is_private or handler is not None
        refuse = access.unknown if handler is None else access.refuse
        return await refuse(ask) if is_meant else Reply()
    if handler is None:
        is_meant = ask.incoming.is_private or bool(call.name and ask.incoming.reply_to)
        return await access.unknown(ask) if is_meant else Reply()
    if ask.incoming.files and call.name not in UNDER_FILES:
        return await access.refuse_files(ask, call.name)
    if call.is_garbled and call.name not in GREETINGS:
        raise WrongCall(call.name, "bot.wrong.garbled")
    if call.name in ALONE and call.argument:
        raise WrongCall(call.name, "bot.wrong.nothing_follows")
    return await handler(ask.with_argument(await _argument(ask, call)))


async def _argument(ask: Ask, call: Call) -> str:
    """What follows the command; in a ticket's topic with the number that was left out there. Under
    a message about a ticket a text does not go to another whose number it may begin with."""
    find, incoming, thread_id = ask.office.store.ask, ask.incoming, ask.incoming.thread_id
    if ask.agent is None:
        return call.argument
    if thread_id is not None:
        its = await to_thread(find, agents_group.ticket_of_topic, incoming.chat_id, thread_id)
        if its is not None:
            return in_topic(call.argument, call.name, its)
    if incoming.reply_to is not None:
        place = (incoming.chat_id, incoming.reply_to)
        replied = await to_thread(find, queries.mentioned_ticket, *place)
        if replied is not None:
            refuse_another(call.argument, call.name, replied, "bot.wrong.another_ticket")
    return call.argument


async def _write(ask: Ask) -> Reply:
    if ask.agent is not None and ask.incoming.reply_to is not None:
        return await answers.reply_to_message(ask)
    if not ask.incoming.is_private:
        return await access.overhear(ask)
    if ask.agent is not None and not await requests.is_awaited(ask):
        return await access.hint(ask)
    return await requests.wrote(ask)


async def _press(ask: Ask) -> Reply:
    code, _, argument = ask.incoming.text.partition(":")
    ask = ask.with_argument(argument)
    if code in USER_BUTTONS:
        return await USER_BUTTONS[code](ask)
    if ask.agent is None:
        await ask.office.menus.take_from(ask.incoming.who.id)
        raise NotAnAgent("this button is for agents")
    if code not in AGENT_BUTTONS:
        return ask.remark(ask.words("bot.question.gone"))
    return await AGENT_BUTTONS[code](ask)


def _note_membership(ask: Ask) -> Reply:
    is_dead, chat_id = ask.incoming.deed == Deed.BLOCKED, ask.incoming.chat_id
    noted = Reply().also(lambda session: memory.note_chat(session, chat_id, is_dead=is_dead))
    if is_dead:
        return noted
    return noted.also(lambda session: returning.send_again(session, chat_id, ask.now))
