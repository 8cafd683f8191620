"""Which agents somebody means by a few words. Pure."""

import re
from collections.abc import Sequence

from contracts.tickets import AgentView

ONESELF = frozenset({"me", "я", "мне", "себе", "меня", "на меня"})
NOBODY = frozenset({"nobody", "none", "никто", "никому", "никого", "-", "—"})
TELEGRAM_ID = re.compile(r"(?:tg:|@)?([0-9]{1,19})")


def agents_meant(agents: Sequence[AgentView], words: str) -> list[AgentView]:
    """Who goes by a Telegram id or a name: the whole name before its beginnings, and these before
    any part of it. Telegram's usernames are not known here, but `@anna` may be a name."""
    if named := TELEGRAM_ID.fullmatch(words):
        return [agent for agent in agents if agent.telegram_id == int(named[1])]
    wanted = words.removeprefix("@").casefold().split()
    fits = (_is_name, _begins_like, _has_parts_of)
    found = ([one for one in agents if fit(_parts(one), wanted)] for fit in fits)
    return next((some for some in found if some), []) if wanted else []


def _parts(agent: AgentView) -> list[str]:
    return agent.name.casefold().split()


def _is_name(name: list[str], wanted: list[str]) -> bool:
    return name == wanted


def _begins_like(name: list[str], wanted: list[str]) -> bool:
    return all(any(part.startswith(word) for part in name) for word in wanted)


def _has_parts_of(name: list[str], wanted: list[str]) -> bool:
    return all(any(word in part for part in name) for word in wanted)
