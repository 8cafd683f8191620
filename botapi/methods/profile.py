"""Who the bot is, and the command menus it offers in each scope and language."""

import re
from typing import Any

from botapi.errors import ApiError, bad_request
from botapi.methods.chats import find_conversation
from botapi.people import Bot
from botapi.wire import Json, Parameters
from botapi.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_DESCRIPTION = 256
WIDE_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def get_me(_world: World, bot: Bot, _given: Parameters) -> Json:
    return bot.me_json()


def set_my_commands(world: World, bot: Bot, given: Parameters) -> bool:
    commands = given.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    bot.commands[_menu(world, bot, given)] = [_checked(command) for command in commands]
    return True


def get_my_commands(world: World, bot: Bot, given: Parameters) -> list[Json]:
    return bot.commands.get(_menu(world, bot, given), [])


def delete_my_commands(world: World, bot: Bot, given: Parameters) -> bool:
    bot.commands.pop(_menu(world, bot, given), None)
    return True


def _menu(world: World, bot: Bot, given: Parameters) -> tuple[str, str]:
    scope = given.structure("scope") or {"type": "default"}
    return _scope_key(world, bot, scope), given.text("language_code")


def _scope_key(world: World, bot: Bot, scope: Any) -> str:
    """The scope as one string; a scope of one chat needs a chat that the bot has met."""
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in WIDE_SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    conversation = find_conversation(world, bot, Parameters(scope))
    try:
        conversation.check_bot_may_write()
    except ApiError:
        raise bad_request("chat not found") from None
    return f"{kind}:{conversation.chat.id}:{scope.get('user_id', '')}"


def _checked(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
