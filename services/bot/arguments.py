"""What follows a command, made sense of; or the reason why it makes none. Pure."""

import re
from datetime import time

from contracts.errors import IncidentNotFound, TicketNotFound
from contracts.texts import is_blank
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import Priority

AT = re.compile(r"@([01]?[0-9]|2[0-3]):([0-5][0-9])\s+(?=\S)")
NAME = re.compile(r"@[^\W\d_]")
"""A person is called to; anything else after an @ is meant as a time."""
PRIORITY = re.compile(r"[PpРр]?\s*([0-3])")
TEXTS = ("reply", "note", "close")
"""A text follows the number."""
NAME_LENGTH = 100
NUMBER = re.compile(r"[#№]?\s*(\d+)(?:\s+(.*))?\s*\Z", re.DOTALL)


class WrongCall(Exception):
    """A command was called in a way that makes no sense; `reason` names the words that say why."""

    def __init__(self, command: str, reason: str | None = None, **values: object) -> None:
        super().__init__(command)
        self.command = command
        self.reason = reason
        self.values = values


def in_topic(argument: str, command: str, ticket_id: int) -> str:
    """What follows a command in the topic of this ticket, whose number may be left out there: with
    the number before it. Only where nothing else can be meant; raises WrongCall when a text begins
    with another number, which may be a part of the text, and would go to somebody else."""
    found = NUMBER.match(argument)
    if command in TEXTS and found is not None:
        refuse_another(argument, command, ticket_id, "bot.wrong.another_number")
        return argument
    is_left_out = {
        **dict.fromkeys(TEXTS, True),
        **dict.fromkeys(("take", "view", "link"), not argument),
        **dict.fromkeys(("assign", "canned"), bool(argument) and found is None),
        "priority": PRIORITY.fullmatch(argument) is not None,
    }
    return f"{ticket_id} {argument}".strip() if is_left_out.get(command) else argument


def refuse_another(argument: str, command: str, ticket_id: int, reason: str) -> None:
    """Raises WrongCall when a text begins with another number than that of the ticket which stands
    before the eyes of whoever writes."""
    found = NUMBER.match(argument)
    if command not in TEXTS or found is None or int(found.group(1)) == ticket_id:
        return
    if (found.group(2) or "").strip():
        raise WrongCall(command, reason, id=ticket_id)


def ticket_id_of(argument: str, command: str) -> int:
    """The ticket that an argument names and nothing else. Raises WrongCall, TicketNotFound."""
    ticket_id, rest = ticket_and_text(argument, command)
    if rest:
        raise WrongCall(command)
    return ticket_id


def ticket_and_text(argument: str, command: str) -> tuple[int, str]:
    """`42 words` as 42 and `words`, which may be empty; words that nobody can read are none. Raises
    WrongCall, TicketNotFound."""
    ticket_id, rest = _number_and_rest(argument, command)
    if ticket_id > LARGEST_ID:
        raise TicketNotFound("no ticket has so large a number")
    return ticket_id, "" if is_blank(rest) else rest


def reply_of(argument: str, *, has_file: bool = False) -> tuple[int, str]:
    """What `/reply` was given. Raises TicketNotFound, and WrongCall without a ticket, or without
    text when there is no file."""
    ticket_id, text = ticket_and_text(argument, "reply")
    if not text and not has_file:
        raise WrongCall("reply", "bot.wrong.no_text")
    return ticket_id, text


def note_of(argument: str) -> tuple[int, str]:
    """What `/note` was given. Raises WrongCall when ticket or text is missing, TicketNotFound."""
    ticket_id, text = ticket_and_text(argument, "note")
    if not text:
        raise WrongCall("note", "bot.wrong.no_note")
    return ticket_id, text


def priority_of(argument: str) -> tuple[int, Priority]:
    """What `/priority` was given; `1` is P1, and a Cyrillic Р is a P. Raises WrongCall when the
    ticket or the priority is missing, TicketNotFound."""
    ticket_id, named = ticket_and_text(argument, "priority")
    found = PRIORITY.fullmatch(named)
    if found is None:
        raise WrongCall("priority", "bot.wrong.no_priority")
    return ticket_id, Priority(f"P{found.group(1)}")


def assign_of(argument: str) -> tuple[int, str]:
    """What `/assign` was given: the ticket, and the words for who is to have it. Raises WrongCall
    when either is missing or too long, TicketNotFound."""
    ticket_id, named = ticket_and_text(argument, "assign")
    if not named:
        raise WrongCall("assign", "bot.wrong.no_assignee")
    return ticket_id, text_of(" ".join(named.split()), "assign", NAME_LENGTH)


def canned_of(argument: str) -> tuple[int | None, str | None]:
    """What `/canned` was given: the ticket, if it begins with a number, and the answer's name.
    Raises WrongCall when something follows the name, or nothing the ticket; TicketNotFound."""
    if not argument:
        return None, None
    if not NUMBER.match(argument):
        return None, _one_word(argument)
    ticket_id, named = ticket_and_text(argument, "canned")
    if not named:
        raise WrongCall("canned", "bot.wrong.no_canned")
    return ticket_id, _one_word(named)


def _one_word(text: str) -> str:
    words = text.split()
    if len(words) > 1:
        raise WrongCall("canned")
    return words[0].casefold()


def merge_of(argument: str) -> tuple[int, int]:
    """What `/merge` was given: the ticket that ends, and the one it goes on in. Raises WrongCall,
    TicketNotFound."""
    source_id, rest = ticket_and_text(argument, "merge")
    if not rest:
        raise WrongCall("merge", "bot.wrong.no_survivor")
    return source_id, ticket_id_of(rest, "merge")


def link_of(argument: str) -> tuple[int, int | None]:
    """What `/link` was given: the ticket, and the incident unless it is the only open one. Raises
    WrongCall, TicketNotFound, IncidentNotFound."""
    ticket_id, named = ticket_and_text(argument, "link")
    if not named:
        return ticket_id, None
    incident_id, rest = _number_and_rest(named, "link")
    if rest:
        raise WrongCall("link")
    _refuse_large(incident_id)
    return ticket_id, incident_id


def text_of(argument: str, command: str, limit: int) -> str:
    """A text that must be there and be at most `limit` characters. Raises WrongCall."""
    text = argument.strip()
    if is_blank(text):
        raise WrongCall(command)
    if len(text) > limit:
        raise WrongCall(command, "bot.wrong.too_long", limit=limit, length=len(text))
    return text


def update_of(argument: str, limit: int) -> tuple[time | None, str]:
    """What `/update` was given: the time of day when it was so, if it begins as `@14:05`, and the
    words. Raises WrongCall, also for a time told wrongly: the public would read it."""
    if not argument.startswith("@") or NAME.match(argument):
        return None, text_of(argument, "update", limit)
    found = AT.match(argument)
    if found is None:
        raise WrongCall("update", "bot.wrong.no_such_moment")
    at = time(int(found.group(1)), int(found.group(2)))
    return at, text_of(argument[found.end() :], "update", limit)


def end_of(argument: str, limit: int) -> str:
    """What `/resolve` was given. Raises WrongCall, also for a time as `/update` has it: the public
    would read it."""
    if AT.match(argument):
        raise WrongCall("resolve", "bot.wrong.end_is_now")
    return text_of(argument, "resolve", limit)


def postmortem_of(argument: str, limit: int) -> tuple[int, str]:
    """What `/postmortem` was given: the incident, and why it happened. Raises WrongCall,
    IncidentNotFound."""
    incident_id, text = _number_and_rest(argument, "postmortem")
    _refuse_large(incident_id)
    return incident_id, text_of(text, "postmortem", limit)


def title_of(argument: str, limit: int) -> str:
    """An incident's title: the whole text, on one line. Raises WrongCall."""
    return text_of(" ".join(argument.split()), "incident", limit)


def _refuse_large(incident_id: int) -> None:
    """Raises IncidentNotFound."""
    if incident_id > LARGEST_ID:
        raise IncidentNotFound("no incident has so large a number")


def _number_and_rest(argument: str, command: str) -> tuple[int, str]:
    """A number from 1 on, and what follows it. Raises WrongCall."""
    found = NUMBER.match(argument)
    if found is None or int(found.group(1)) == 0:
        raise WrongCall(command)
    return int(found.group(1)), (found.group(2) or "").strip()
