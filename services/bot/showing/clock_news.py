"""How news of a clock reads. Pure."""

from datetime import datetime, timedelta

from contracts.sla import CycleEvent, SlaBreached
from services.bot.markup import Html
from services.bot.showing import cards
from services.bot.speech import Speech

LATE = timedelta(minutes=1)
"""News that is older says when it was decided: the broker or the bot was away."""


def notice(
    words: Speech,
    message_id: str,
    event: CycleEvent,
    now: datetime,
    *,
    held_until: datetime | None = None,
) -> Html:
    """What is the matter, why if time alone did not do it, and of which ticket; in words that are
    true when whoever is told only then reads them."""
    read_at = held_until or now
    at = words.moment(event.due_at, read_at)
    left = words.deadline(event.due_at, now, event.metric)
    due = words("bot.notice.due", at=at, left=left) if held_until is None else at
    title = words(message_id, metric=_metric(words, event), at=at, due=due)
    lines = [title, *_cause(words, event, read_at)]
    if _is_late(event, now):
        lines.append(words("bot.notice.delayed", at=words.when(event.occurred_at, read_at)))
    return cards.notice(words, Html("\n".join(lines)), event.ticket)


def line(
    words: Speech,
    message_id: str,
    event: CycleEvent,
    now: datetime,
    *,
    held_until: datetime | None = None,
) -> Html:
    """The same as a line of a digest."""
    summary = cards.summary(words, message_id, event.ticket, metric=_metric(words, event))
    if not _is_late(event, now):
        return summary
    at = words.moment(event.occurred_at, held_until or now)
    return Html(f"{summary} {words('bot.digest.delayed', at=at)}")


def _cause(words: Speech, event: CycleEvent, read_at: datetime) -> list[Html]:
    """What made late what was in time until then. Nothing for a cause that this version of the bot
    has not heard of."""
    if not isinstance(event, SlaBreached):
        return []
    since = {
        "reprioritised": event.ticket.prioritised_at or event.occurred_at,
        "recounted": event.occurred_at,
    }
    if event.cause not in since:
        return []
    at, priority = words.when(since[event.cause], read_at), event.ticket.priority.value
    return [words(f"bot.notice.cause.{event.cause}", at=at, priority=priority)]


def _metric(words: Speech, event: CycleEvent) -> Html:
    return words(f"bot.metric.{event.metric.value}")


def _is_late(event: CycleEvent, now: datetime) -> bool:
    return now - event.occurred_at > LATE
