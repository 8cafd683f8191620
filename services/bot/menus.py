"""The menus of commands in Telegram: agents see the agents' list, everybody else the users'."""

from collections.abc import Iterable

from structlog import get_logger
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden, TelegramError

from chassis.catalogue import LANGUAGES
from contracts.tickets import AgentView
from services.bot.speech import Languages, Speech

FOR_USERS = ("start", "status", "help")
FOR_AGENTS = (
    "tickets",
    "my",
    "find",
    "sla",
    "reply",
    "canned",
    "note",
    "close",
    "take",
    "assign",
    "priority",
    "merge",
    "link",
    "incident",
    "update",
    "resolve",
    "postmortem",
    "maintenance",
    "status",
    "stats",
    "duty",
    "quiet",
    "help",
    "start",
)

log = get_logger()


class Menus:
    """Sets menus when something changes; what Telegram does not take is tried again later."""

    def __init__(self, bot: Bot, languages: Languages) -> None:
        self._bot = bot
        self._languages = languages
        self._are_users_set = False
        self._agents: set[int] = set()
        self._unmet: set[int] = set()
        self._taken: set[int] = set()

    async def show(self, agents: Iterable[AgentView], gone: Iterable[int]) -> None:
        """Give users their menu, and these agents theirs; whoever is `gone` from them loses it, and
        nobody else: they may have been let in since these were listed."""
        wanted = {agent.telegram_id for agent in agents if agent.telegram_id is not None}
        try:
            if not self._are_users_set:
                await self._show_users()
            for chat_id in wanted - self._agents - self._unmet:
                await self._show_agent(chat_id)
            for chat_id in set(gone) - wanted - self._taken - self._unmet:
                await self._take(chat_id)
        except TelegramError as error:
            log.warning("the menus of commands are not set yet", error=str(error))

    async def show_to_agent(self, chat_id: int) -> None:
        """An agent has started the bot: now their chat can have a menu."""
        try:
            await self._show_agent(chat_id)
        except TelegramError as error:
            log.warning("an agent's menu is not set yet", error=str(error))

    async def take_from(self, chat_id: int) -> None:
        """Somebody who is no agent does what agents do: they may have the menu from the time when
        they were one."""
        if chat_id in self._taken:
            return
        try:
            await self._take(chat_id)
        except TelegramError as error:
            log.warning("a former agent's menu is not taken yet", error=str(error))

    async def _show_users(self) -> None:
        for scope in (BotCommandScopeDefault(), BotCommandScopeAllPrivateChats()):
            await self._bot.set_my_commands(_menu(self._languages.own, FOR_USERS), scope=scope)
            for language in LANGUAGES:
                commands = _menu(self._languages.of(language), FOR_USERS)
                await self._bot.set_my_commands(commands, scope=scope, language_code=language)
        self._are_users_set = True

    async def _show_agent(self, chat_id: int) -> None:
        commands = _menu(self._languages.own, FOR_AGENTS)
        try:
            await self._bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id))
        except (BadRequest, Forbidden):
            self._unmet.add(chat_id)  # has not started the bot yet
            return
        self._agents.add(chat_id)
        self._unmet.discard(chat_id)
        self._taken.discard(chat_id)

    async def _take(self, chat_id: int) -> None:
        self._agents.discard(chat_id)
        try:
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
        except (BadRequest, Forbidden):
            self._unmet.add(chat_id)  # has blocked the bot, or never started it
            return
        self._taken.add(chat_id)


def _menu(words: Speech, names: Iterable[str]) -> list[BotCommand]:
    return [BotCommand(name, str(words(f"bot.menu.{name}"))) for name in names]
