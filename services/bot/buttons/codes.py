"""The short codes that buttons carry, `<code>:<argument>:<argument>`, and reading them. Pure."""

from collections.abc import Sequence
from typing import TypeVar

from contracts.errors import Invalid
from contracts.tickets import LARGEST_ID
from services.bot.letters import Button, Keyboard

TAKE = "t"
KEEP_WORKING = "kw"
REPLY = "r"
NOTE = "no"
FIND_MORE = "fm"
SHOW_CANNED = "cn"
PREVIEW_CANNED = "cp"
SEND_CANNED = "cs"
RESOLVE = "s"
SHOW_PRIORITIES = "pp"
SET_PRIORITY = "p"
SHOW_ASSIGNEES = "as"
SET_ASSIGNEE = "at"
SHOW_CARD = "c"
SET_CATEGORY = "k"
SET_IMPACT = "i"
NEW_REQUEST = "n"
UNDO_INCIDENT = "u"
SET_STAGE = "g"
ANSWER_QUESTION = "q"
EXPLAIN_DEADLINE = "w"
SET_COMPONENT = "f"
SET_SEVERITY = "m"
REOPEN_INCIDENT = "o"
SHOW_TRAIL = "h"
CONCERN_COMPONENT = "y"
CANCEL_MAINTENANCE = "x"
LINK_MATCHING = "l"
JOIN_INCIDENT = "j"
WISH_NEWS = "e"
UNSUBSCRIBE = "z"
DECLARE_SUSPECTED = "d"
DISMISS_SUSPICION = "b"
SET_DUTY = "du"
SET_QUIET = "qu"
SOLVED = "ok"
UNSOLVED = "ns"
RATE = "st"
SHOW_EARLIER = "ed"
UNLINK = "ul"
CONFIRM_LINK = "li"
REFUSE_LINK = "nl"
SHOW_FILES = "v"
LINK_TICKET = "lt"

DECLARE_ANOTHER = "new"
"""The answer "declare another" to the question whether to add to the recent incident."""

_LONGEST = 64
TITLE_LENGTH = 40

Choice = TypeVar("Choice")


def code(*parts: object) -> str:
    """The data of a button. It must fit; nothing long ever goes in."""
    data = ":".join(str(part) for part in parts)
    assert len(data.encode()) <= _LONGEST, data
    return data


def number(text: str) -> int:
    """A number out of a button's data. Raises Invalid: data can be forged, and may name what no
    database holds."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))
    if not is_number or int(text) > LARGEST_ID:
        raise Invalid("a button's data is not one of ours")
    return int(text)


def pick(choices: Sequence[Choice], text: str) -> Choice:
    """The choice whose place in the list a button's data names. Raises Invalid."""
    place = number(text)
    if place >= len(choices):
        raise Invalid("a button's data is not one of ours")
    return choices[place]


def marked(text: str, is_chosen: bool) -> str:
    return f"✓ {text}" if is_chosen else text


def pairs(found: list[Button]) -> Keyboard:
    return tuple(tuple(found[at : at + 2]) for at in range(0, len(found), 2))
