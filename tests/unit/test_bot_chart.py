"""The chart: everything on it fits, in both languages, and shows what the figures say."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image

from contracts.sla import Compliance, SlaStats, WeekCompliance
from contracts.vocabulary import Priority
from services.bot.showing.chart import PRIORITIES, chart, is_drawable
from services.bot.showing.drawing import Bar, Box, Drawing, Text, png
from services.bot.speech import Speech
from tests.support.bot_rows import LANGUAGES as SPEECHES

RU, EN = SPEECHES.of("ru"), SPEECHES.of("en")
NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
"""A Wednesday."""


def week(starts_on: date, met: int, breached: int) -> WeekCompliance:
    year, number, _ = starts_on.isocalendar()
    named = f"{year}-W{number:02}"
    return WeekCompliance.of(met, breached, week=named, starts_on=starts_on)


def stats(
    weeks: list[tuple[int, int]], last_monday: date = date(2026, 11, 30), **more: Compliance
) -> SlaStats:
    """Figures of so many weeks, the last one given by its Monday."""
    first = last_monday - timedelta(weeks=len(weeks) - 1)
    by_week = [week(first + timedelta(weeks=place), *pair) for place, pair in enumerate(weeks)]
    by_priority = {Priority(name): figures for name, figures in more.items()}
    met, breached = sum(met for met, _ in weeks), sum(late for _, late in weeks)
    return SlaStats.of(met, breached, by_week=by_week, by_priority=by_priority)


USUAL = stats(
    [(20, 0), (31, 3), (0, 0), (40, 1), (30, 4)], P0=Compliance.of(3, 0), P1=Compliance.of(25, 4)
)
BUSY = stats(
    [(2000, 10), (3100, 3), (0, 1200), (40000, 1), (3000, 4), (10, 0)],
    P0=Compliance.of(0, 300),
    P1=Compliance.of(25000, 4000),
    P2=Compliance.of(0, 0),
    P3=Compliance.of(99999, 1),
)
ONE_WEEK = stats([(1, 0)], P3=Compliance.of(1, 0))
LONG_MONTHS = stats([(1, 0)] * 5, date(2026, 9, 28), P1=Compliance.of(5, 0))


def texts(drawing: Drawing) -> list[Text]:
    return [mark for mark in drawing.marks if isinstance(mark, Text) and mark.text]


def bars(drawing: Drawing, colour: str) -> list[Bar]:
    return [mark for mark in drawing.marks if isinstance(mark, Bar) and mark.colour == colour]


def said(drawing: Drawing) -> list[str]:
    return [text.text.replace("\u00a0", " ") for text in texts(drawing)]


def meet(one: Box, other: Box) -> bool:
    left, top, right, bottom = one
    return left < other[2] and other[0] < right and top < other[3] and other[1] < bottom


def test_it_is_a_png_as_sharp_as_a_phone_and_no_larger_than_telegram_keeps() -> None:
    picture = png(chart(RU, USUAL, NOW, 30))

    with Image.open(BytesIO(picture)) as image:
        assert image.format == "PNG"
        assert image.width == 1000
        assert 1000 <= image.height <= 1280
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(picture) < 60_000


def test_the_same_figures_give_the_same_picture() -> None:
    assert png(chart(RU, USUAL, NOW, 30)) == png(chart(RU, USUAL, NOW, 30))
    assert png(chart(RU, USUAL, NOW, 30)) != png(chart(RU, BUSY, NOW, 30))


@pytest.mark.parametrize("words", [RU, EN], ids=["ru", "en"])
@pytest.mark.parametrize(
    "sla", [USUAL, BUSY, ONE_WEEK, LONG_MONTHS], ids=["usual", "busy", "one week", "long months"]
)
def test_all_words_fit_and_stand_apart(words: Speech, sla: SlaStats) -> None:
    drawing = chart(words, sla, NOW, 30)

    boxes = [text.box for text in texts(drawing)]
    for left, top, right, bottom in boxes:
        assert left >= 10
        assert right <= drawing.width - 10
        assert top >= 10
        assert bottom <= drawing.height - 10
    everything = boxes + [mark.box for mark in drawing.marks if isinstance(mark, Bar)]
    assert not [pair for pair in combinations(boxes, 2) if meet(*pair)]
    assert not [box for box in boxes if sum(meet(box, other) for other in everything) > 1]


@pytest.mark.parametrize("words", [RU, EN], ids=["ru", "en"])
def test_letters_are_large_enough_for_a_phone(words: Speech) -> None:
    for sla in (USUAL, stats([(1, 0)] * 6)):
        assert min(text.size for text in texts(chart(words, sla, NOW, 30))) >= 12


@pytest.mark.parametrize("words", [RU, EN], ids=["ru", "en"])
@pytest.mark.parametrize("is_bold", [False, True])
def test_the_font_has_every_letter(words: Speech, is_bold: bool) -> None:
    days = "".join(words.day(date(2026, month, 10)) for month in range(1, 13))
    letters = set("".join(said(chart(words, USUAL, NOW, 30))) + days + "0123456789/") - {" "}

    def drawn(letter: str) -> bytes:
        return bytes(Text(letter, 0, 0, 40, "#000000", is_bold=is_bold).font.getmask(letter))

    missing = drawn("\uffff")
    assert [letter for letter in sorted(letters) if drawn(letter) == missing] == []


def test_a_bar_is_as_long_as_its_share() -> None:
    drawing = chart(RU, stats([(1, 0)], P0=Compliance.of(1, 3), P1=Compliance.of(3, 1)), NOW, 30)

    ((left, _, quarter, _),) = [bar.box for bar in bars(drawing, PRIORITIES[Priority.P0])]
    ((_, _, three_quarters, _),) = [bar.box for bar in bars(drawing, PRIORITIES[Priority.P1])]
    assert three_quarters - left == pytest.approx(3 * (quarter - left))
    assert {"25 %", "1/4", "75 %", "3/4"} <= set(said(drawing))


def test_nothing_decided_is_a_dash_and_no_bar_while_all_late_is_zero() -> None:
    drawing = chart(EN, stats([(0, 0), (0, 2)], P2=Compliance.of(0, 0)), NOW, 30)

    assert said(drawing).count("—") == 1 + len(Priority)  # one week, and no priority decided
    assert said(drawing).count("0%") == 2  # the other week, and the whole
    assert "0/2" in said(drawing)
    assert not bars(drawing, PRIORITIES[Priority.P2])


@pytest.mark.parametrize(
    ("words", "now", "before"), [(RU, "эта неделя", "23 нояб."), (EN, "this week", "Nov 23")]
)
def test_weeks_are_named_by_their_mondays_and_the_running_one_is_paler(
    words: Speech, now: str, before: str
) -> None:
    drawing = chart(words, USUAL, NOW, 30)

    assert said(drawing).count(now) == 1
    assert before in said(drawing)
    over = chart(words, USUAL, NOW + timedelta(days=7), 30)
    assert now not in said(over)
    colours = [
        {mark.colour for mark in one.marks if isinstance(mark, Bar)} for one in (drawing, over)
    ]
    assert len(colours[0]) == len(colours[1]) + 1


def test_only_the_last_weeks_are_shown() -> None:
    drawing = chart(EN, stats([(1, 0)] * 20), NOW, 140)

    assert [text for text in said(drawing) if text.startswith(("Oct", "Nov"))] == [
        "Oct 26",
        "Nov 2",
        "Nov 9",
        "Nov 16",
        "Nov 23",
    ]


def test_there_is_nothing_to_draw_without_decisions_or_parts() -> None:
    assert is_drawable(USUAL)
    assert is_drawable(stats([(1, 0)]))
    assert not is_drawable(stats([(0, 0), (0, 0)], P1=Compliance.of(0, 0)))
    assert not is_drawable(SlaStats.of(9, 1))


def test_a_part_that_is_not_told_takes_no_room() -> None:
    only_weeks, whole = chart(RU, stats([(1, 0)]), NOW, 30), chart(RU, USUAL, NOW, 30)

    assert "По приоритетам" not in said(only_weeks)
    assert only_weeks.height < whole.height - 100
