"""Keyboards, and the short codes their buttons carry: `<code>:<argument>:<argument>`. Pure."""

from collections.abc import Sequence
from typing import TypeVar

from contracts.errors import Invalid
from contracts.incidents import IncidentView, MaintenanceView
from contracts.vocabulary import (
    COMPONENT_STATUS_OF_IMPACT,
    Category,
    ComponentStatus,
    Impact,
    IncidentImpact,
    IncidentStatus,
    MaintenanceStatus,
    Priority,
)
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


def unsubscribe(words: Speech) -> Keyboard:
    """Under news of incidents that the chat has asked for."""
    return ((Button(words("bot.button.unsubscribe"), code(UNSUBSCRIBE)),),)


def news(words: Speech, ticket_id: int) -> Keyboard:
    """Under news of the incident that a request is about."""
    return ((Button(words("bot.button.only_end"), code(WISH_NEWS, ticket_id, 0)),),)


def join(words: Speech, incident_id: int, *ticket_id: int) -> Keyboard:
    """For whoever may have an incident's trouble too; with a ticket, that it is about that."""
    return ((Button(words("bot.button.me_too"), code(JOIN_INCIDENT, incident_id, *ticket_id)),),)


def join_any(words: Speech, incidents: Sequence[IncidentView]) -> Keyboard:
    """The same under a list of incidents; of several each button names its own."""
    if len(incidents) == 1:
        return join(words, incidents[0].id)
    return tuple(
        (Button(f"🙋 {one.title}"[:_TITLE_LENGTH], code(JOIN_INCIDENT, one.id)),)
        for one in incidents
    )


def request_card(
    words: Speech, ticket_id: int, category: Category | None, impact: Impact | None
) -> Keyboard:
    """What a user can tell about a request after writing it."""
    categories = [
        Button(_marked(words.category(one), one == category), code(SET_CATEGORY, ticket_id, index))
        for index, one in enumerate(Category)
    ]
    impacts = [
        (Button(_marked(label, one == impact), code(SET_IMPACT, ticket_id, index)),)
        for index, one in enumerate(Impact)
        for label in [words(f"bot.impact.{one.value}")]
    ]
    return (*_pairs(categories), *impacts, *new_request(words))


def new_request(words: Speech) -> Keyboard:
    return ((Button(words("bot.button.new_request"), code(NEW_REQUEST)),),)


STAGES = (IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING)


def incident_card(
    words: Speech, incident: IncidentView, *, can_undo: bool = False, matching: int = 0
) -> Keyboard:
    """What an agent can do with an incident: with one that is over, go back to it. `matching` is
    how many tickets may be about it and are not linked yet."""
    history = Button(words("bot.button.history"), code(SHOW_TRAIL, incident.id))
    reopen = Button(words("bot.button.reopen"), code(REOPEN_INCIDENT, incident.id))
    if incident.status is IncidentStatus.RESOLVED:
        return ((reopen, history),)
    undo = (Button(words("bot.button.undo"), code(UNDO_INCIDENT, incident.id)),)
    last = (history,) if incident.status is IncidentStatus.INVESTIGATING else (reopen, history)
    link = (
        Button(words("bot.button.link_matching", n=matching), code(LINK_MATCHING, incident.id)),
    )
    return (
        *((undo,) if can_undo else ()),
        *((link,) if matching else ()),
        *stages(words, incident.id),
        *_components(words, incident),
        _severities(words, incident),
        last,
    )


def stages(words: Speech, incident_id: int) -> Keyboard:
    """How far the work on an incident has come."""
    return (
        tuple(
            Button(words(f"bot.button.{stage.value}"), code(SET_STAGE, incident_id, index))
            for index, stage in enumerate(STAGES)
        ),
    )


def maintenance(words: Speech, planned: MaintenanceView) -> Keyboard:
    """What planned work concerns, and the way to call it off; nothing when it is over."""
    if planned.status in (MaintenanceStatus.COMPLETED, MaintenanceStatus.CANCELLED):
        return ()
    found = [
        Button(
            _marked(name, component in planned.components),
            code(CONCERN_COMPONENT, planned.id, index, int(component not in planned.components)),
        )
        for index, (component, name) in enumerate(words.components.items())
    ]
    cancel = Button(words("bot.button.cancel_maintenance"), code(CANCEL_MAINTENANCE, planned.id))
    return (*_pairs(found), (cancel,))


def suspicion(
    words: Speech, suspicion_id: int, category: Category, *, is_asked_again: bool = False
) -> Keyboard:
    """What may be said to a suspicion; `is_asked_again` when an incident was declared just now."""
    place = list(Category).index(category)
    declare = "bot.button.declare_another" if is_asked_again else "bot.button.declare"
    dismiss = "bot.button.same_incident" if is_asked_again else "bot.button.no_incident"
    return (
        (
            Button(
                words(declare), code(DECLARE_SUSPECTED, suspicion_id, place, int(is_asked_again))
            ),
            Button(words(dismiss), code(DISMISS_SUSPICION, suspicion_id)),
        ),
    )


def _pairs(found: list[Button]) -> Keyboard:
    return tuple(tuple(found[at : at + 2]) for at in range(0, len(found), 2))


def _components(words: Speech, incident: IncidentView) -> Keyboard:
    """What it hits, two a row. A button says what is to be, so that a second press repeats it."""
    usual = COMPONENT_STATUS_OF_IMPACT[incident.impact]
    wished = {
        component: ComponentStatus.OPERATIONAL if component in incident.components else usual
        for component in words.components
    }
    found = [
        Button(
            _marked(name, component in incident.components),
            code(SET_COMPONENT, incident.id, index, list(ComponentStatus).index(wished[component])),
        )
        for index, (component, name) in enumerate(words.components.items())
    ]
    return _pairs(found)


def _severities(words: Speech, incident: IncidentView) -> tuple[Button, ...]:
    return tuple(
        Button(
            _marked(words(f"bot.severity.{impact.value}"), impact == incident.impact),
            code(SET_SEVERITY, incident.id, index),
        )
        for index, impact in enumerate(IncidentImpact)
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
