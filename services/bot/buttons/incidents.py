"""What agents press under an incident, and when they are asked which one is meant. Pure."""

from contracts.incidents import IncidentView
from contracts.vocabulary import (
    COMPONENT_STATUS_OF_IMPACT,
    Category,
    ComponentStatus,
    IncidentImpact,
    IncidentStatus,
)
from services.bot.buttons.codes import (
    ANSWER_QUESTION,
    DECLARE_ANOTHER,
    DECLARE_SUSPECTED,
    DISMISS_SUSPICION,
    LINK_MATCHING,
    REOPEN_INCIDENT,
    SET_COMPONENT,
    SET_SEVERITY,
    SET_STAGE,
    SHOW_TRAIL,
    TITLE_LENGTH,
    UNDO_INCIDENT,
    code,
    marked,
    pairs,
)
from services.bot.letters import Button, Keyboard
from services.bot.markup import one_line
from services.bot.speech import Speech

STAGES = (IncidentStatus.IDENTIFIED, IncidentStatus.MONITORING)


def incident_card(
    words: Speech, incident: IncidentView, *, can_undo: bool = False, matching: int = 0
) -> Keyboard:
    """What an agent can do with an incident: with one that is over, go back to it. `matching` is
    how many tickets may be about it and are not linked yet."""
    history = _history(words, incident.id)
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


def withdrawn(words: Speech, incident_id: int) -> Keyboard:
    """What is left of an incident that was declared by mistake."""
    return ((_history(words, incident_id),),)


def stages(words: Speech, incident_id: int) -> Keyboard:
    """How far the work on an incident has come."""
    return (
        tuple(
            Button(words(f"bot.button.{stage.value}"), code(SET_STAGE, incident_id, index))
            for index, stage in enumerate(STAGES)
        ),
    )


def _history(words: Speech, incident_id: int) -> Button:
    return Button(words("bot.button.history"), code(SHOW_TRAIL, incident_id))


def _components(words: Speech, incident: IncidentView) -> Keyboard:
    """What it hits, two a row. A button says what is to be, so that a second press repeats it."""
    usual = COMPONENT_STATUS_OF_IMPACT[incident.impact]
    wished = {
        component: ComponentStatus.OPERATIONAL if component in incident.components else usual
        for component in words.components
    }
    found = [
        Button(
            marked(name, component in incident.components),
            code(SET_COMPONENT, incident.id, index, list(ComponentStatus).index(wished[component])),
        )
        for index, (component, name) in enumerate(words.components.items())
    ]
    return pairs(found)


def _severities(words: Speech, incident: IncidentView) -> tuple[Button, ...]:
    return tuple(
        Button(
            marked(words(f"bot.severity.{impact.value}"), impact == incident.impact),
            code(SET_SEVERITY, incident.id, index),
        )
        for index, impact in enumerate(IncidentImpact)
    )


def which_incident(asked_in: int, open_ones: dict[str, str]) -> Keyboard:
    """One button an incident; `asked_in` is the message that gave rise to the question."""
    return tuple(
        (
            Button(
                one_line(f"#{incident_id} {title}", TITLE_LENGTH),
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
