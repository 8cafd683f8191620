"""What the desk published by itself, in the reader's language; what people wrote stays as it is."""

from collections.abc import Callable
from functools import cache, partial

from chassis.sentences import Sentences
from contracts.desk import Desk
from contracts.incidents import IncidentView, StatusView
from contracts.own_sentences import DOMAIN, OwnSentence, own_sentences

Told = Callable[[str], str]


def teller(desk: Desk, language: str) -> Told:
    """Makes of a published text what a reader of this language is told."""
    return partial(_sentences(own_sentences(desk)).told, language=language)


def told_status(view: StatusView | None, desk: Desk, language: str) -> StatusView | None:
    """The public status as this reader is told it."""
    if view is None:
        return None
    told = teller(desk, language)
    changes = {
        "incident": view.incident and told_incident(view.incident, told),
        "incidents": [told_incident(each, told) for each in view.incidents],
        "recent": [told_incident(each, told) for each in view.recent],
    }
    return view.model_copy(update=changes)


def told_incident(incident: IncidentView, told: Told) -> IncidentView:
    """Its title and its updates."""
    updates = [each.model_copy(update={"message": told(each.message)}) for each in incident.updates]
    return incident.model_copy(update={"title": told(incident.title), "updates": updates})


@cache
def _sentences(of_the_desk: tuple[OwnSentence, ...]) -> Sentences:
    return Sentences(DOMAIN, of_the_desk)
