"""How news of a clock reads. Pure."""

from datetime import datetime, timedelta

from contracts.sla import CycleEvent, SlaBreached
from services.bot.markup import Html
from services.bot.showing import cards
from services.bot.speech import Speech

LATE = timedelta(minutes=1)
"""News that is older says when it was decided: the broker or the bot was away."""


def notice(words: Speech, message_id: str, event: CycleEvent, now: datetime) -> Html:
    """What is the matter, why if time alone did not do it, and of which ticket."""
    title = words(
        message_id,
        metric=_metric(words, event),
        at=words.moment(event.due_at, now),
        left=words.deadline(event.due_at, now, event.metric),
    )
    lines = [title, *_cause(words, event, now)]
    if _is_late(event, now):
        lines.append(words("bot.notice.delayed", at=words.moment(event.occurred_at, now)))
    return cards.notice(words, Html("\n".join(lines)), event.ticket)


def line(words: Speech, message_id: str, event: CycleEvent, now: datetime) -> Html:
    """The same as a line of a digest."""
    summary = cards.summary(words, message_id, event.ticket, metric=_metric(words, event))
    if not _is_late(event, now):
        return summary
    delayed = words("bot.digest.delayed", at=words.moment(event.occurred_at, now))
    return Html(f"{summary} {delayed}")


def _cause(words: Speech, event: CycleEvent, now: datetime) -> list[Html]:
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
    at, priority = words.moment(since[event.cause], now), event.ticket.priority.value
    return [words(f"bot.notice.cause.{event.cause}", at=at, priority=priority)]


def _metric(words: Speech, event: CycleEvent) -> Html:
    return words(f"bot.metric.{event.metric.value}")


def _is_late(event: CycleEvent, now: datetime) -> bool:
    return now - event.occurred_at > LATE
