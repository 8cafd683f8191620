"""Keyboards, and the short codes their buttons carry: `<code>:<argument>:<argument>`. Pure."""

from collections.abc import Sequence
from typing import TypeVar

from contracts.errors import Invalid
from contracts.vocabulary import Category, Impact, IncidentStatus, Priority
from services.bot.letters import Button, Keyboard
from services.bot.speech import Speech

TAKE = "t"
REPLY = "r"
RESOLVE = "s"
SHOW_PRIORITIES = "pp"
SET_PRIORITY = "p"
SHOW_CARD = "c"
SET_CATEGORY = "k"
SET_IMPACT = "i"
NEW_REQUEST = "n"
UNDO_INCIDENT = "u"
SET_STAGE = "g"
ANSWER_QUESTION = "q"
EXPLAIN_DEADLINE = "w"

DECLARE_ANOTHER = "new"
"""The answer "declare another" to the question whether to add to the recent incident."""

Choice = TypeVar("Choice")

_LONGEST = 64
_TITLE_LENGTH = 40


def code(*parts: object) -> str:
    """The data of a button. It must fit; nothing long ever goes in."""
    data = ":".join(str(part) for part in parts)
    assert len(data.encode()) <= _LONGEST, data
    return data


def number(text: str) -> int:
    """A number out of a button's data. Raises Invalid: data can be forged."""
    if not text.isascii() or not text.isdecimal() or len(text) > 19:
        raise Invalid("a button's data is not one of ours")
    return int(text)


def pick(choices: Sequence[Choice], text: str) -> Choice:
    """The choice whose place in the list a button's data names. Raises Invalid."""
    place = number(text)
    if place >= len(choices):
        raise Invalid("a button's data is not one of ours")
    return choices[place]


def ticket_card(words: Speech, ticket_id: int) -> Keyboard:
    """What an agent can do with a ticket."""
    return (
        (
            Button(words("bot.button.take"), code(TAKE, ticket_id)),
            Button(words("bot.button.reply"), code(REPLY, ticket_id)),
        ),
        (
            Button(words("bot.button.priority"), code(SHOW_PRIORITIES, ticket_id)),
            Button(words("bot.button.resolve"), code(RESOLVE, ticket_id)),
        ),
        (Button(words("bot.button.why"), code(EXPLAIN_DEADLINE, ticket_id)),),
    )


def priorities(words: Speech, ticket_id: int, current: Priority) -> Keyboard:
    """The priorities to choose from, and the way back."""
    chosen = tuple(
        Button(_marked(priority.value, priority == current), code(SET_PRIORITY, ticket_id, index))
        for index, priority in enumerate(Priority)
    )
    return (chosen, (Button(words("bot.button.back"), code(SHOW_CARD, ticket_id)),))


def request_card(
    words: Speech, ticket_id: int, category: Category | None, impact: Impact | None
) -> Keyboard:
    """What a user can tell about a request after writing it."""
    categories = [
        Button(_marked(words.category(one), one == category), code(SET_CATEGORY, ticket_id, index))
        for index, one in enumerate(Category)
    ]
    pairs = [tuple(categories[at : at + 2]) for at in range(0, len(categories), 2)]
    impacts = [
        (Button(_marked(label, one == impact), code(SET_IMPACT, ticket_id, index)),)
        for index, one in enumerate(Impact)
        for label in [words(f"bot.impact.{one.value}")]
    ]
    return (*pairs, *impacts, *new_request(words))


def new_request(words: Speech) -> Keyboard:
    return ((Button(words("bot.button.new_request"), code(NEW_REQUEST)),),)


def declared(words: Speech, incident_id: int) -> Keyboard:
    """Under a fresh incident: undo, or tell more."""
    undo = Button(words("bot.button.undo"), code(UNDO_INCIDENT, incident_id))
    return ((undo,), *stages(words, incident_id))


STAGES = (IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING)


def stages(words: Speech, incident_id: int) -> Keyboard:
    """How far the work on an incident has come."""
    return (
        tuple(
            Button(words(f"bot.button.{stage.value}"), code(SET_STAGE, incident_id, index))
            for index, stage in enumerate(STAGES)
        ),
    )


def which_incident(asked_in: int, open_ones: dict[str, str]) -> Keyboard:
    """One button an incident; `asked_in` is the message that gave rise to the question."""
    return tuple(
        (
            Button(
                f"#{incident_id} {title}"[:_TITLE_LENGTH],
                code(ANSWER_QUESTION, asked_in, incident_id),
            ),
        )
        for incident_id, title in open_ones.items()
    )


def add_or_declare(words: Speech, asked_in: int, incident_id: str) -> Keyboard:
    """Whether a new title belongs to the incident that is already open."""
    return (
        (Button(words("bot.button.add_to_it"), code(ANSWER_QUESTION, asked_in, incident_id)),),
        (
            Button(
                words("bot.button.declare_another"),
                code(ANSWER_QUESTION, asked_in, DECLARE_ANOTHER),
            ),
        ),
    )


def _marked(text: str, is_chosen: bool) -> str:
    return f"✓ {text}" if is_chosen else text
