"""How planned work looks to agents. Pure."""

from datetime import datetime

from contracts.incidents import MaintenanceView
from services.bot.markup import Html, one_line
from services.bot.speech import Speech


def card(words: Speech, message_id: str, planned: MaintenanceView, now: datetime) -> Html:
    """News of planned work under the words of `message_id`: when it is, and what it concerns."""
    concerned = ", ".join(words.component(component) for component in planned.components)
    lines = [
        words(message_id, title=one_line(planned.title)),
        words(
            "bot.maintenance.when",
            start=words.moment(planned.starts_at, now),
            end=words.moment(planned.ends_at, now),
        ),
        words("bot.incident.hits", components=concerned)
        if concerned
        else words("bot.incident.hits_nothing"),
    ]
    return Html("\n".join(lines))
