"""How an incident looks to agents: what it hits, how bad it is, what the public waits for. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from contracts.incidents import AuditEntry, IncidentView
from contracts.vocabulary import ComponentStatus
from services.bot.markup import Html, escape, one_line, visible
from services.bot.speech import Speech

DETAIL_LENGTH = 200
APP = "app"
"""The origin of what a user does over HTTP."""


def card(words: Speech, message_id: str, incident: IncidentView, now: datetime) -> Html:
    """News of an incident under the words of `message_id`, and how it stands."""
    title = words(
        message_id,
        id=incident.id,
        title=one_line(words.told(incident.title)),
        status=words(f"bot.incident.{incident.status.value}"),
    )
    return Html("\n".join([title, *_state(words, incident, now)]))


def known(words: Speech, incident: IncidentView) -> Html:
    """That we know of an incident, for whoever may have written about it."""
    return words(
        "bot.follow.known",
        title=one_line(words.told(incident.title)),
        status=words(f"bot.incident.{incident.status.value}"),
    )


def trail(
    words: Speech,
    incident_id: int,
    entries: list[AuditEntry],
    *,
    names: Mapping[str, str],
    now: datetime,
) -> Html:
    """Who did what, when and from where, a line each; `names` are the agents' by id."""
    acts = [_act(words, one, names.get(one.actor, one.actor), now) for one in entries]
    return Html("\n".join([words("bot.trail.title", id=incident_id), *acts]))


def _state(words: Speech, incident: IncidentView, now: datetime) -> list[Html]:
    """Nothing for what is over."""
    if incident.resolved_at is not None:
        return []
    hit = ", ".join(words.component(component) for component in incident.components)
    lines = [
        words("bot.incident.impact", impact=words(f"bot.severity.{incident.impact.value}")),
        words("bot.incident.hits", components=hit) if hit else words("bot.incident.hits_nothing"),
    ]
    if incident.affected:
        lines.append(words("bot.incident.affected", n=incident.affected))
    if incident.next_update_by is not None:
        at = words.moment(incident.next_update_by, now)
        lines.append(words("bot.incident.next_word", at=at))
    return lines


def _act(words: Speech, entry: AuditEntry, actor: str, now: datetime) -> Html:
    told = [_detail(words, name, value, now) for name, value in entry.details.items()]
    return words(
        "bot.trail.act",
        at=words.moment(entry.at, now),
        action=words(f"bot.act.{entry.action.value}"),
        actor=one_line(actor, 80),
        origin=_origin(entry),
        details=", ".join(visible(each) for each in told),
    )


def _origin(entry: AuditEntry) -> str:
    """From where, with the id by which namesakes are told apart: Telegram's is the chat's."""
    return f"{APP}:{one_line(entry.actor, 255)}" if entry.origin == APP else entry.origin


def _detail(words: Speech, name: str, value: str, now: datetime) -> Html:
    """What was chosen in words, what was written as it was written; a component by its own name."""
    if name in _TELLING:
        return _TELLING[name](words, value, now)
    if value not in list(ComponentStatus):
        return escape(one_line(value, DETAIL_LENGTH))
    status = words(f"bot.component.{value}")
    return words("bot.trail.component", name=words.component(name), status=status)


def _quoted(words: Speech, value: str, _: datetime) -> Html:
    return words("bot.trail.said", text=one_line(value, DETAIL_LENGTH))


def _so_earlier(words: Speech, value: str, now: datetime) -> Html:
    return words("bot.trail.display_at", at=words.when(datetime.fromisoformat(value), now))


_TELLING: dict[str, Callable[[Speech, str, datetime], Html]] = {
    "title": _quoted,
    "message": _quoted,
    "text": _quoted,
    "display_at": _so_earlier,
    "impact": lambda words, value, _: words(f"bot.severity.{value}"),
    "status": lambda words, value, _: words(f"bot.incident.{value}"),
    "moved_to": lambda words, value, _: words("bot.trail.moved_to", id=value),
    "suspicion": lambda words, *_: words("bot.trail.suspicion"),
    "components": lambda words, value, _: _list(words.component(one) for one in _parts(value)),
    "ticket_id": lambda _, value, __: _list(f"#{one}" for one in _parts(value)),
}


def _parts(value: str) -> list[str]:
    return value.split(", ")


def _list(names: Iterable[str]) -> Html:
    return escape(", ".join(names))
