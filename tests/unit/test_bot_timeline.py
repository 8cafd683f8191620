"""The time line of /sla: everything on it fits, in both languages, and shows what is late."""

from datetime import timedelta
from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image

from contracts.sla import UrgentCycle, UrgentCycles
from contracts.vocabulary import CycleState, Metric, Priority
from services.bot.showing.drawing import Bar, Box, Drawing, Text, png
from services.bot.showing.timeline import LATE, ROWS_SHOWN, SOON, timeline
from services.bot.speech import Speech
from tests.support.bot_rows import LANGUAGES as SPEECHES
from tests.support.bot_rows import NOON

RU, EN = SPEECHES.of("ru"), SPEECHES.of("en")
DAY = 24 * 60


def due(
    minutes: float,
    ticket_id: int = 42,
    priority: Priority = Priority.P1,
    metric: Metric = Metric.FIRST_RESPONSE,
) -> UrgentCycle:
    """A deadline so many minutes from noon."""
    return UrgentCycle(
        ticket_id=ticket_id,
        subject="Оплата",
        priority=priority,
        metric=metric,
        state=CycleState.BREACHING if minutes < 0 else CycleState.IMMINENT_BREACH,
        due_at=NOON + timedelta(minutes=minutes),
    )


USUAL = [
    due(-26 * 60, 42, Priority.P0),
    due(-75, 7, metric=Metric.NEXT_RESPONSE),
    due(-4, 1203, metric=Metric.RESOLUTION),
    due(6, 8, Priority.P0),
    due(50, 10, Priority.P3, Metric.RESOLUTION),
]
MANY = [due(-DAY * days, 2**63 - days, metric=Metric.NEXT_RESPONSE) for days in range(400, 380, -1)]
SOON_ONLY = [due(minutes) for minutes in (0, 1, 15, 59, 61)]
ONE_SECOND = [due(-1 / 60)]
CASES = pytest.mark.parametrize(
    "cycles", [USUAL, MANY, SOON_ONLY, ONE_SECOND], ids=["usual", "many", "soon only", "a second"]
)
BOTH = pytest.mark.parametrize("words", [RU, EN], ids=["ru", "en"])


def drawn(words: Speech, cycles: list[UrgentCycle]) -> Drawing:
    return timeline(words, UrgentCycles(cycles=cycles), NOON)


def texts(drawing: Drawing) -> list[Text]:
    return [mark for mark in drawing.marks if isinstance(mark, Text) and mark.text]


def bars(drawing: Drawing, colour: str) -> list[Box]:
    return [mark.box for mark in drawing.marks if isinstance(mark, Bar) and mark.colour == colour]


def said(drawing: Drawing) -> list[str]:
    return [text.text.replace("\u00a0", " ") for text in texts(drawing)]


def meet(one: Box, other: Box) -> bool:
    left, top, right, bottom = one
    return left < other[2] and other[0] < right and top < other[3] and other[1] < bottom


@CASES
def test_it_is_a_png_as_sharp_as_a_phone_and_no_larger_than_telegram_keeps(
    cycles: list[UrgentCycle],
) -> None:
    picture = png(drawn(RU, cycles))

    with Image.open(BytesIO(picture)) as image:
        assert (image.format, image.width) == ("PNG", 1000)
        assert image.height <= 1280
    assert len(picture) < 60_000


@BOTH
@CASES
def test_all_words_fit_and_stand_apart(words: Speech, cycles: list[UrgentCycle]) -> None:
    drawing = drawn(words, cycles)

    boxes = [text.box for text in texts(drawing)]
    for left, top, right, bottom in boxes:
        assert left >= 10
        assert right <= drawing.width - 10
        assert top >= 10
        assert bottom <= drawing.height - 10
    painted = [mark.box for mark in drawing.marks if isinstance(mark, Bar)]
    assert not [pair for pair in combinations(boxes, 2) if meet(*pair)]
    assert not [box for box in boxes if any(meet(box, other) for other in painted)]


@BOTH
def test_letters_are_large_enough_for_a_phone(words: Speech) -> None:
    assert min(text.size for text in texts(drawn(words, USUAL))) >= 12


def test_what_is_late_ends_at_now_and_what_is_left_begins_there() -> None:
    drawing = drawn(RU, USUAL)

    late, soon = bars(drawing, LATE), bars(drawing, SOON)
    (now,) = {round((left + right) / 2, 6) for left, _, right, _ in bars(drawing, "#1B2430")}
    assert len(late) == 3
    assert len(soon) == 2
    assert {round(right, 6) for _, _, right, _ in late} == {now}
    assert {round(left, 6) for left, _, _, _ in soon} == {now}
    lengths = [right - left for left, _, right, _ in late]
    assert lengths == sorted(lengths, reverse=True), "the longer overdue, the longer"
    assert min(lengths) > 10, "minutes are seen beside a day"


def test_each_deadline_is_named_and_told_in_words_in_the_order_it_was_given() -> None:
    told = said(drawn(RU, USUAL))

    assert [one for one in told if one.startswith("#")] == [
        "#42 P0 первый ответ",
        "#7 P1 следующий ответ",
        "#1203 P1 решение",
        "#8 P0 первый ответ",
        "#10 P3 решение",
    ]
    assert {"просрочен на 1 ч 15 мин", "просрочено на 4 мин", "через 6 мин"} <= set(told)
    assert "просрочено: 3 · скоро срок: 2" in told


def test_the_scale_has_lengths_that_somebody_needs() -> None:
    assert [one for one in said(drawn(EN, USUAL)) if one in {"24 h", "1 h", "7 d"}] == [
        "1 h",
        "24 h",
    ]
    assert "now" in said(drawn(EN, ONE_SECOND))


def test_only_the_worst_are_drawn_and_all_are_counted() -> None:
    told = said(drawn(EN, MANY))

    assert len([one for one in told if one.startswith("#")]) == ROWS_SHOWN
    assert "overdue: 20 · due soon: 0" in told


def test_a_bar_is_seen_however_short() -> None:
    ((left, _, right, _),) = bars(drawn(RU, ONE_SECOND), LATE)

    assert right - left >= 1


def test_the_counts_are_of_all_that_there_is() -> None:
    of_all = UrgentCycles(cycles=USUAL, late=25, soon=2)

    assert "просрочено: 25 · скоро срок: 2" in said(timeline(RU, of_all, NOON))
    assert "просрочено: 3 · скоро срок: 2" in said(drawn(RU, USUAL))
