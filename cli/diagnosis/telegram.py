"""What Telegram says of the agents' group and of the product's main bot. Asked only when the desk
has them."""

import json
import re
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError

from cli.diagnosis.finding import Finding, bad, well

SECONDS = 5.0
NOT_THERE = ("left", "kicked")
_MEND = "Add the bot to the group and let it write there, or correct SUPPORT_AGENTS_CHAT_ID."
_UNKNOWN = "Set SUPPORT_BOT_TOKEN as the desk has it, then ask again."
_MAIN = "Give the product's bot's token, or leave it out: then the app alone tells of answers."
_TOPICS = "Make the bot an administrator who may manage topics, or do without."


class _Refused(Exception):
    """Telegram's own words."""


def examine(environment: Mapping[str, str]) -> list[Finding]:
    """What is to be said of both."""
    return [*_group(environment), *_main_bot(environment)]


def _main_bot(environment: Mapping[str, str]) -> list[Finding]:
    """Whether `TELEGRAM_BOT_TOKEN` is good, and of the bot that `TELEGRAM_BOT_USERNAME` names. A
    token that cannot be one is told with the settings."""
    token = environment.get("TELEGRAM_BOT_TOKEN", "")
    if not re.fullmatch(r"[0-9]+:\S+", token):
        return []
    if token.partition(":")[0] == environment.get("SUPPORT_BOT_TOKEN", "").partition(":")[0]:
        return [
            bad("TELEGRAM_BOT_TOKEN is the support bot's, so no main bot tells anybody.", _MAIN)
        ]
    named = environment.get("TELEGRAM_BOT_USERNAME", "").removeprefix("@")
    try:
        username = _ask(f"{_api(environment)}/bot{token}/getMe")["username"]
    except _Refused as refusal:
        return [bad(f"Telegram refuses TELEGRAM_BOT_TOKEN, the main bot's: {refusal}.", _MAIN)]
    except (OSError, ValueError) as fault:
        return [bad(f"Telegram does not say how the main bot is: {_reason(fault)}.", "Try again.")]
    if named and named.lower() != username.lower():
        words = f"TELEGRAM_BOT_TOKEN is of @{username}, TELEGRAM_BOT_USERNAME says @{named}."
        return [bad(words, "Correct the one that is wrong: links into the app go by the name.")]
    return [well(f"Through the main bot, @{username}, users of the app are told of answers.")]


def _group(environment: Mapping[str, str]) -> list[Finding]:
    """Whether the group that `SUPPORT_AGENTS_CHAT_ID` names takes what the bot says."""
    token = environment.get("SUPPORT_BOT_TOKEN")
    group_id = environment.get("SUPPORT_AGENTS_CHAT_ID")
    if not group_id:
        return []
    if not token:
        return [bad(f"The agents' group ({group_id}) cannot be looked at.", _UNKNOWN)]
    try:
        return [_look(f"{_api(environment)}/bot{token}", group_id, int(token.partition(":")[0]))]
    except _Refused as refusal:
        return [bad(f"The agents' group ({group_id}) is closed to the bot: {refusal}.", _MEND)]
    except (OSError, ValueError) as fault:
        words = f"Telegram does not say how the agents' group is: {_reason(fault)}."
        return [bad(words, "Try again.")]


def _api(environment: Mapping[str, str]) -> str:
    return environment.get("TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/")


def _reason(fault: Exception) -> object:
    return fault.reason if isinstance(fault, URLError) else type(fault).__name__


def _look(bot: str, group_id: str, bot_id: int) -> Finding:
    chat = _ask(f"{bot}/getChat", chat_id=group_id)
    me = _ask(f"{bot}/getChatMember", chat_id=group_id, user_id=bot_id)
    status = me["status"]
    if status in NOT_THERE:
        raise _Refused("it is not a member")
    default = chat.get("permissions", {})
    rights = {"member": default, "restricted": me}.get(status, {"can_send_messages": True})
    if rights.get("can_send_messages") is False:
        raise _Refused("it may not write there")
    makes_topics = (me if status in {"administrator", "restricted"} else default).get(
        "can_manage_topics", False
    )
    if chat.get("is_forum") and not makes_topics:
        return bad("In the agents' group the bot may make no topics.", _TOPICS)
    return well(f"The agents' group is open to the bot: {chat.get('title', group_id)}.")


def _ask(url: str, **parameters: object) -> dict[str, Any]:
    """Raises _Refused, OSError. The address has the token, so no error may show it."""
    asked = urllib.request.Request(  # noqa: S310 - the address is the desk's own
        url, json.dumps(parameters).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            return dict(json.load(answer)["result"])
    except HTTPError as error:
        with error:
            raise _Refused(json.load(error).get("description", "refused")) from None
