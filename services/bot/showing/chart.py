"""How well first responses keep their promise, as a chart for a phone. Pure: says where what is
drawn. Every share stands beside its bar in words, so colour and length only help the eye."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.sla import Compliance, SlaStats, WeekCompliance
from contracts.vocabulary import Priority
from services.bot.markup import visible
from services.bot.showing.drawing import Bar, Drawing, Text
from services.bot.speech import Speech

WIDTH = 400
MARGIN = 20
GAP = 5
WEEKS_SHOWN = 6
A_WEEK = timedelta(days=7)

INK, GREY, TRACK = "#1B2430", "#5B6673", "#E9ECF0"
WEEK, WEEK_UNFINISHED = "#4A5A6E", "#9AA8B8"
PRIORITIES = {
    Priority.P0: "#D55E00",
    Priority.P1: "#E69F00",
    Priority.P2: "#0072B2",
    Priority.P3: "#56B4E9",
}
"""Okabe's and Ito's colours, which people who see fewer colours tell apart as well."""

Marks = Iterator[Bar | Text]


def is_drawable(sla: SlaStats) -> bool:
    """Is there anything to see: a decision, and more than the one figure for all of them?"""
    return sla.compliance is not None and bool(sla.by_week or sla.by_priority)


def chart(words: Speech, sla: SlaStats, now: datetime, days: int) -> Drawing:
    """The share in time of all, of each priority and of the last weeks."""
    marks = list(_heading(words, sla, now, days))
    bottom = 84.0
    if sla.by_priority:
        marks += _priorities(words, sla, bottom)
        bottom += 38 + 36 * len(Priority)
    if sla.by_week:
        marks += _weeks(words, sla.by_week[-WEEKS_SHOWN:], now, bottom)
        bottom += 220
    return Drawing(WIDTH, bottom + MARGIN, tuple(marks))


def _heading(words: Speech, sla: SlaStats, now: datetime, days: int) -> Marks:
    until = words.local_date(now)
    since = until - timedelta(days=days)
    period = words(
        "bot.chart.period",
        since=words.day(since),
        until=words.day(until),
        met=sla.met,
        of=sla.met + sla.breached,
    )
    room = 244
    yield Text(visible(words("bot.chart.title")), MARGIN, 42, 21, INK, is_bold=True).within(room)
    yield Text(visible(period), MARGIN, 66, 15, GREY).within(room)
    yield Text(_share(words, sla), WIDTH - MARGIN, 60, 36, INK, "rs", is_bold=True)


def _priorities(words: Speech, sla: SlaStats, top: float) -> Marks:
    yield Text(visible(words("bot.chart.by_priority")), MARGIN, top + 24, 16, INK, is_bold=True)
    for place, (priority, colour) in enumerate(PRIORITIES.items()):
        middle = top + 54 + 36 * place
        figures = sla.by_priority.get(priority)
        yield Text(priority.value, MARGIN, middle + 6, 17, INK, is_bold=True)
        yield from _row(middle, colour, figures)
        yield Text(_share(words, figures), 310, middle + 6, 17, INK, "rs", is_bold=True)
        yield Text(_counts(figures), WIDTH - MARGIN, middle + 6, 14, GREY, "rs").within(62)


def _row(middle: float, colour: str, figures: Compliance | None) -> Marks:
    if figures is None or figures.compliance is None:
        return
    left, right = 54.0, 246.0
    yield Bar((left, middle - 9, right, middle + 9), TRACK)
    yield Bar((left, middle - 9, left + (right - left) * figures.compliance, middle + 9), colour)


def _weeks(words: Speech, weeks: list[WeekCompliance], now: datetime, top: float) -> Marks:
    yield Text(visible(words("bot.chart.by_week")), MARGIN, top + 24, 16, INK, is_bold=True)
    room = (WIDTH - 2 * MARGIN) / len(weeks)
    for place, week in enumerate(weeks):
        middle = MARGIN + room * (place + 0.5)
        is_running = week.starts_on <= words.local_date(now) < week.starts_on + A_WEEK
        name, its_room = words.day(week.starts_on), room - GAP
        if is_running:  # it is the last one, and the margin beside it is free
            name, its_room = visible(words("bot.chart.this_week")), room + GAP - 1
        yield from _column(words, week, middle, top, is_running=is_running)
        yield Text(name, middle, top + 192, 13, INK, "ms").within(its_room)
        yield Text(_counts(week), middle, top + 210, 13, GREY, "ms").within(room - GAP)


def _column(
    words: Speech, week: WeekCompliance, middle: float, top: float, *, is_running: bool
) -> Marks:
    ceiling, floor = top + 62, top + 172
    yield Text(_share(words, week), middle, top + 52, 15, INK, "ms", is_bold=True)
    if week.compliance is None:
        return
    yield Bar((middle - 18, ceiling, middle + 18, floor), TRACK)
    height = (floor - ceiling) * week.compliance
    colour = WEEK_UNFINISHED if is_running else WEEK
    yield Bar((middle - 18, floor - height, middle + 18, floor), colour)


def _share(words: Speech, figures: Compliance | None) -> str:
    return visible(words.share(figures))


def _counts(figures: Compliance | None) -> str:
    """`11/12`: so many in time of so many."""
    total = figures.met + figures.breached if figures else 0
    return f"{figures.met}/{total}" if figures and total else ""
