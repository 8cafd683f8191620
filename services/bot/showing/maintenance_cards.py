"""How planned work looks to agents. Pure."""

from datetime import datetime

from contracts.incidents import MaintenanceView
from contracts.vocabulary import MaintenanceStatus
from services.bot.markup import Html, one_line
from services.bot.speech import Speech

CAN_BE_MARKED = (MaintenanceStatus.SCHEDULED, MaintenanceStatus.IN_PROGRESS)


def card(words: Speech, planned: MaintenanceView, now: datetime) -> Html:
    """How planned work stands, when it is, and what it concerns. Its end has a day only if that is
    another than the day of its begin."""
    lines = [
        words(f"bot.maintenance.{planned.status.value}", title=one_line(planned.title)),
        words(
            f"bot.maintenance.when.{planned.status.value}",
            start=words.moment(planned.starts_at, now),
            end=words.moment(planned.ends_at, planned.starts_at),
        ),
        *_concerned(words, planned),
    ]
    return Html("\n".join(lines))


def _concerned(words: Speech, planned: MaintenanceView) -> list[Html]:
    """What was called off concerned nothing; what is over cannot be marked any more."""
    if planned.components and planned.status is not MaintenanceStatus.CANCELLED:
        names = ", ".join(words.component(component) for component in planned.components)
        return [words("bot.incident.hits", components=names)]
    is_open = planned.status in CAN_BE_MARKED
    return [words("bot.incident.hits_nothing")] if is_open else []
