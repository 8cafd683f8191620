"""What is late and what soon will be, on a time line for a phone. Pure: says where what is drawn.

A row is a deadline, worst first. Its bar goes from the deadline to now: to the left what is late,
to the right what is still left. How long that is stands above it in words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import log1p

from contracts.sla import UrgentCycle, UrgentCycles
from services.bot.markup import visible
from services.bot.showing.chart import GREY, INK, MARGIN, TRACK, WIDTH
from services.bot.showing.drawing import Bar, Drawing, Text
from services.bot.speech import Speech

ROWS_SHOWN = 9
"""More would make the picture longer than Telegram leaves alone; the text names more."""
ROW = 40
LATE, SOON = "#D55E00", "#0072B2"
"""Told apart by whoever sees fewer colours too, and by the side of "now" on which they stand."""
MARKS = tuple(
    timedelta(minutes=minutes)
    for minutes in (15, 60, 4 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60, 365 * 24 * 60)
)
UNIT = timedelta(minutes=10)
"""Below it the scale is even; above, each further length takes less room than the one before, so
that minutes are seen beside days."""
LEAST = timedelta(minutes=15)
BETWEEN = 8
"""Points between two labels of the scale."""

Marks = Iterator[Bar | Text]


class Scale:
    """Where an instant stands on the line."""

    def __init__(self, cycles: list[UrgentCycle], now: datetime) -> None:
        self._now = now
        spans = [cycle.due_at - now for cycle in cycles]
        longest = max([LEAST, *(abs(span) for span in spans)])
        self.late = self._side(max([-min(spans), timedelta()]))
        self.left = self._side(max([max(spans), timedelta()]))
        sides = _grown(self.late) + _grown(self.left) or _grown(longest)
        self._point = (WIDTH - 2 * MARGIN) / sides
        self.zero = MARGIN + _grown(self.late) * self._point

    def _side(self, span: timedelta) -> timedelta:
        return max(span, LEAST) if span else span

    def of(self, at: datetime) -> float:
        return self.off(at - self._now)

    def off(self, span: timedelta) -> float:
        """The place of what is so far from now."""
        grown = _grown(abs(span)) * self._point
        return self.zero - grown if span < timedelta() else self.zero + grown


def timeline(words: Speech, found: UrgentCycles, now: datetime) -> Drawing:
    """The worst deadlines; there must be one."""
    shown = found.cycles[:ROWS_SHOWN]
    scale = Scale(shown, now)
    marks = [*_heading(words, *found.counts), *_axis(words, scale, 92.0)]
    for place, cycle in enumerate(shown):
        marks += _row(words, cycle, scale, now, top=104.0 + ROW * place)
    return Drawing(WIDTH, 104.0 + ROW * len(shown) + MARGIN, tuple(marks))


def _heading(words: Speech, late: int, soon: int) -> Marks:
    counts = visible(words("bot.timeline.counts", late=late, soon=soon))
    room = WIDTH - 2 * MARGIN
    yield Text(visible(words("bot.timeline.title")), MARGIN, 40, 21, INK, is_bold=True).within(room)
    yield Text(counts, MARGIN, 63, 15, GREY).within(room)


def _axis(words: Speech, scale: Scale, y: float) -> Marks:
    """Now, and as many lengths to both sides as have room."""
    now = _inside(Text(visible(words("bot.timeline.now")), scale.zero, y, 13, INK, "ms", True))
    yield now
    for side, furthest in ((-1, scale.late), (1, scale.left)):
        taken = now
        for span in MARKS:
            if span > furthest:
                break
            label = visible(words.duration(span))
            mark = _inside(Text(label, scale.off(side * span), y, 13, GREY, "ms"))
            gap = (mark.box[0] - taken.box[2]) if side > 0 else (taken.box[0] - mark.box[2])
            if gap >= BETWEEN:
                taken = mark
                yield mark


def _row(words: Speech, cycle: UrgentCycle, scale: Scale, now: datetime, *, top: float) -> Marks:
    is_late = cycle.due_at < now
    colour = LATE if is_late else SOON
    metric = visible(words(f"bot.metric.{cycle.metric.value}"))
    named = f"#{cycle.ticket_id} {cycle.priority.value} {metric}"
    due = visible(words.deadline(cycle.due_at, now, cycle.metric))
    yield Text(named, MARGIN, top + 15, 14, INK, is_bold=True).within(196)
    yield Text(due, WIDTH - MARGIN, top + 15, 14, INK, "rs").within(154)
    strip = (top + 20, top + 32)
    yield Bar((MARGIN, strip[0], WIDTH - MARGIN, strip[1]), TRACK)
    begin, end = sorted((scale.of(cycle.due_at), scale.zero))
    if end - begin < 1:
        begin, end = (end - 1, end) if is_late else (begin, begin + 1)
    yield Bar((begin, strip[0], end, strip[1]), colour)
    yield Bar((scale.zero - 1, strip[0], scale.zero + 1, strip[1] + 3), INK)


def _inside(text: Text) -> Text:
    """The same, moved so far that it stands within the margins."""
    left, _, right, _ = text.box
    by = max(MARGIN - left, 0.0) or min(WIDTH - MARGIN - right, 0.0)
    return replace(text, x=text.x + by)


def _grown(span: timedelta) -> float:
    return log1p(span / UNIT)
