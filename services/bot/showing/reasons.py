"""Why a ticket's deadlines are what they are, as it reads on a phone. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from contracts.sla import (
    CountedTerms,
    CountedWindow,
    CycleExplanation,
    LeftOutPause,
    TicketExplanation,
)
from contracts.vocabulary import CycleStart, CycleState, Metric
from services.bot.markup import Html
from services.bot.speech import Speech

WINDOWS_SHOWN = 6
SECOND = timedelta(seconds=1)
VERDICTS = (CycleState.BREACHING, CycleState.ACHIEVED, CycleState.BREACHED)


def reasons(words: Speech, explanation: TicketExplanation, now: datetime) -> Html:
    """Of each metric the clock that began last: what was counted, and what was not."""
    latest = {cycle.metric: cycle for cycle in explanation.cycles}
    blocks = [
        Html("\n".join(_cycle(words, latest[metric], now))) for metric in Metric if metric in latest
    ]
    title = words("bot.why.title", id=explanation.ticket_id)
    return Html("\n\n".join([title, *blocks]))


def _cycle(words: Speech, cycle: CycleExplanation, now: datetime) -> Iterator[Html]:
    terms = cycle.decisive
    yield _title(words, cycle, now)
    if cycle.achieved_at:
        at = words.when(cycle.achieved_at, now, to_the_second=True)
        yield words(f"bot.why.done.{_deed(cycle)}", at=at)
    yield _start(words, cycle, now)
    yield words(
        "bot.why.target",
        target=words.length(timedelta(minutes=terms.target_minutes)),
        priority=terms.priority.value,
        calendar=terms.calendar,
        timezone=terms.timezone,
    )
    yield words(
        "bot.why.policy",
        version=_version(words, terms),
        since=words.moment_to_the_second(terms.policy_since, now),
    )
    yield from _story(words, cycle, now)
    yield from _windows(words, cycle, now)
    yield from (_pause(words, pause, now) for pause in cycle.pauses)
    yield from _left(words, cycle)


def _title(words: Speech, cycle: CycleExplanation, now: datetime) -> Html:
    """A clock that stands has no deadline: it is due so much after it runs on."""
    return words(
        "bot.why.due" if cycle.left_seconds is None else "bot.why.standing",
        metric=_capitalised(words(f"bot.metric.{cycle.metric.value}")),
        at=words.moment_to_the_second(cycle.due_at, now),
        state=_state(words, cycle),
    )


def _capitalised(name: Html) -> Html:
    return Html(name[:1].upper() + name[1:])


def _state(words: Speech, cycle: CycleExplanation) -> Html:
    """A verdict agrees with what it is about: the response is late, the resolution too, and in
    Russian not by the same word."""
    if cycle.paused:
        return words("bot.why.state.paused")
    if cycle.state is CycleState.CANCELLED and cycle.breached_at:
        return words("bot.why.state.cancelled_late")
    about = cycle.metric.value if cycle.state in VERDICTS else "state"
    return words(f"bot.why.{about}.{cycle.state.value}")


def _deed(cycle: CycleExplanation) -> str:
    """What fulfilled it."""
    if cycle.satisfied_by is not None:
        return cycle.satisfied_by.value
    return "resolution" if cycle.metric is Metric.RESOLUTION else "answer"


def _start(words: Speech, cycle: CycleExplanation, now: datetime) -> Html:
    """What it counts from, and where that was asked if it was in another ticket."""
    since = words.moment_to_the_second(cycle.started_at, now)
    if cycle.started_by is None:
        return words("bot.why.start.unknown", since=since)
    merged_at = words.when(cycle.inherited_at or cycle.started_at, now, to_the_second=True)
    is_elsewhere = cycle.started_by is CycleStart.INHERITED and cycle.inherited_from is None
    how = "elsewhere" if is_elsewhere else cycle.started_by.value
    return words(f"bot.why.start.{how}", since=since, at=merged_at, source=cycle.inherited_from)


def _version(words: Speech, terms: CountedTerms) -> Html:
    """Of the rules, and of the holidays by which their calendar goes: an import leaves the rules at
    their version."""
    rules, holidays = Html(str(terms.policy_version)), terms.holidays
    if holidays is None:
        return rules
    known = "imported" if holidays.version else "lacking"
    told = {"country": holidays.country, "holidays": holidays.version}
    return words(f"bot.why.holidays.{known}", version=rules, **told)


def _story(words: Speech, cycle: CycleExplanation, now: datetime) -> list[Html]:
    """What changed, and between that the breach where it came true."""
    story = list(_changes(words, cycle.terms, now))
    before_breach = sum(not terms.is_after_breach for terms in cycle.terms[1:])
    story[before_breach:before_breach] = _missed(words, cycle, now)
    return story


def _changes(words: Speech, terms: list[CountedTerms], now: datetime) -> Iterator[Html]:
    for before, after in pairwise(terms):
        effect = "after_breach" if after.is_after_breach else "changed"
        yield words(
            f"bot.why.{effect}.{after.cause}",
            at=words.moment_to_the_second(after.since, now),
            before=before.priority.value,
            after=after.priority.value,
            version=_version(words, after),
            due=words.moment_to_the_second(after.due_at, now),
        )


def _missed(words: Speech, cycle: CycleExplanation, now: datetime) -> Iterator[Html]:
    """That it was missed in another moment than the deadline itself: that came about too late."""
    if cycle.cause and cycle.breached_at and cycle.breached_at > cycle.due_at:
        yield words(
            f"bot.why.missed.{cycle.cause}", at=words.moment_to_the_second(cycle.breached_at, now)
        )


def _windows(words: Speech, cycle: CycleExplanation, now: datetime) -> Iterator[Html]:
    yield words("bot.why.counted" if cycle.windows else "bot.why.counted_nothing")
    lengths = _lengths(cycle.windows)
    for window, length in list(zip(cycle.windows, lengths, strict=True))[:WINDOWS_SHOWN]:
        yield words(
            "bot.why.window",
            since=words.moment_to_the_second(window.since, now),
            until=words.moment_to_the_second(window.until, now),
            span=words.length(length),
        )
    if rest := lengths[WINDOWS_SHOWN:]:
        yield words.plural("bot.why.more", len(rest), span=words.length(sum(rest)))


def _lengths(windows: list[CountedWindow]) -> list[int]:
    """In whole seconds that add up to the whole: each is what lies between two rounded sums. They
    set out from the fraction at which the first begins, as the moments shown do."""
    spans = [window.until - window.since for window in windows]
    begin = timedelta(microseconds=windows[0].since.microsecond) if windows else timedelta()
    sums = [passed // SECOND for passed in accumulate(spans, initial=begin)]
    return [after - before for before, after in pairwise(sums)]


def _pause(words: Speech, pause: LeftOutPause, now: datetime) -> Html:
    since, span = words.moment_to_the_second(pause.since, now), words.length(pause.left_out_seconds)
    if pause.until is None:
        return words("bot.why.pause_lasts", since=since, span=span)
    return words(
        "bot.why.pause", since=since, until=words.moment_to_the_second(pause.until, now), span=span
    )


def _left(words: Speech, cycle: CycleExplanation) -> Iterator[Html]:
    """What the lengths shown leave of the target while the clock stands."""
    if cycle.left_seconds is not None:
        target = timedelta(minutes=cycle.decisive.target_minutes)
        left = target - timedelta(seconds=sum(_lengths(cycle.windows)))
        yield words("bot.why.left", span=words.length(left))
