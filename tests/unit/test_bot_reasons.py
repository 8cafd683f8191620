"""Why a deadline is what it is, as an agent reads it."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.sla import (
    CountedHolidays,
    CountedTerms,
    CountedWindow,
    CycleExplanation,
    LeftOutPause,
    TicketExplanation,
)
from contracts.vocabulary import CycleStart, CycleState, Metric, Priority, SatisfiedBy
from services.bot.showing.reasons import WINDOWS_SHOWN, reasons
from tests.support.bot_rows import LANGUAGES, NOON

RU, EN = LANGUAGES.of("ru"), LANGUAGES.of("en")
HOUR = timedelta(hours=1)
TERMS = CountedTerms(
    since=NOON - HOUR,
    priority=Priority.P2,
    target_minutes=480,
    calendar="business",
    timezone="Europe/Moscow",
    policy_version=3,
    policy_since=NOON - 48 * HOUR,
    due_at=NOON + 2 * HOUR,
    cause="late",
)


def cycle(**changes: object) -> CycleExplanation:
    told = CycleExplanation(
        metric=Metric.FIRST_RESPONSE,
        cycle=1,
        state=CycleState.PENDING,
        due_at=TERMS.due_at,
        started_at=TERMS.since,
        started_by=CycleStart.OPENED,
        decisive=TERMS,
        terms=[TERMS],
        windows=[CountedWindow(since=TERMS.since, until=TERMS.due_at)],
        pauses=[],
    )
    return told.model_copy(update=changes)


def seconds_in(line: str) -> int:
    """The length in the brackets at the end of a line, put together again."""
    *_, told = line.split("(")
    of = {"ч": 3600, "мин": 60, "с": 1}
    return sum(int(n) * of[unit] for n, unit in re.findall(r"(\d+) (ч|мин|с)", told))


def lines(*cycles: CycleExplanation) -> list[str]:
    return reasons(RU, TicketExplanation(ticket_id=42, cycles=list(cycles)), NOON).splitlines()


def test_it_names_start_target_calendar_policy_and_windows() -> None:
    assert lines(cycle()) == [
        "❓ <b>Почему такой срок: тикет #42</b>",
        "",
        "<b>Первый ответ: до 14:00</b> — время идёт",
        "Отсчёт с 11:00 — с открытия тикета",
        "Цель: 8 ч по календарю «business» (Europe/Moscow), приоритет P2",
        "Правила версии 3, действуют с 28.02 12:00",
        "Засчитано:",
        "• 11:00 – 14:00 (3 ч)",
    ]


def test_pauses_and_changes_are_named_each_in_a_line() -> None:
    raised = TERMS.model_copy(
        update={"since": NOON, "priority": Priority.P1, "cause": "reprioritised"}
    )
    recounted = raised.model_copy(update={"policy_version": 4, "cause": "recounted"})
    ended = LeftOutPause(since=NOON - HOUR, until=NOON, left_out_seconds=1800)
    lasting = LeftOutPause(since=NOON, until=None, left_out_seconds=0)

    told = lines(cycle(terms=[TERMS, raised, recounted], pauses=[ended, lasting], paused=True))

    assert told[2] == "<b>Первый ответ: до 14:00</b> — часы стоят, ждём пользователя"
    assert told[6:8] == [
        "12:00: приоритет P2 → P1, срок стал 14:00",
        "12:00: пересчёт по правилам версии 4, срок стал 14:00",
    ]
    assert told[-2:] == [
        "Не засчитано: ждали пользователя 11:00 – 12:00 (рабочего времени: 30 мин)",
        "Не засчитано: ждём пользователя с 12:00 (рабочего времени: 0 мин)",
    ]


def test_a_change_after_the_breach_says_that_the_breach_stays() -> None:
    raised, recounted = (
        TERMS.model_copy(
            update={"since": NOON, "priority": Priority.P3, "cause": cause, "is_after_breach": True}
        )
        for cause in ("reprioritised", "recounted")
    )

    told = lines(cycle(state=CycleState.BREACHING, terms=[TERMS, raised, recounted]))

    assert told[6:8] == [
        "12:00: приоритет P2 → P3. Срок уже был пропущен, и это остаётся: "
        "новый (14:00) ничего не меняет",
        "12:00: пересчёт по правилам версии 3. Срок уже был пропущен, и это остаётся: "
        "новый (14:00) ничего не меняет",
    ]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ({"started_by": None}, ""),
        ({"started_by": CycleStart.MESSAGE}, " — с сообщения пользователя"),
        ({"started_by": CycleStart.REOPENED}, " — с сообщения, которое открыло тикет снова"),
        (
            {"started_by": CycleStart.INHERITED, "inherited_at": NOON, "inherited_from": 2},
            " — с вопроса из тикета #2 (/view_2), объединили в 12:00",
        ),
        (
            {"started_by": CycleStart.INHERITED, "inherited_at": NOON},
            " — с вопроса из другого тикета, объединили в 12:00",
        ),
    ],
)
def test_it_says_what_it_counts_from(start: dict[str, object], words: str) -> None:
    assert lines(cycle(**start))[3] == f"Отсчёт с 11:00{words}"


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        ("late", "при объединении тикетов он уже прошёл"),
        ("reprioritised", "из-за нового приоритета он уже прошёл"),
        ("recounted", "после пересчёта он уже прошёл"),
    ],
)
def test_a_deadline_that_came_about_too_late_says_when_and_why(cause: str, why: str) -> None:
    breach = {"state": CycleState.BREACHING, "due_at": NOON - HOUR, "cause": cause}

    assert f"12:00: срок пропущен — {why}" in lines(cycle(breached_at=NOON, **breach))
    assert "срок пропущен" not in "".join(lines(cycle(breached_at=NOON - HOUR, **breach)))


def test_the_breach_is_told_between_what_brought_it_and_what_changed_nothing() -> None:
    raised = TERMS.model_copy(
        update={"since": NOON, "priority": Priority.P1, "cause": "reprioritised"}
    )
    lowered = raised.model_copy(update={"priority": Priority.P3, "is_after_breach": True})
    breach = {"due_at": NOON - HOUR, "breached_at": NOON, "cause": "reprioritised"}

    told = lines(cycle(terms=[TERMS, raised, lowered], **breach))

    assert told[6].startswith("12:00: приоритет P2 → P1, срок стал")
    assert told[7].startswith("12:00: срок пропущен")
    assert told[8].startswith("12:00: приоритет P1 → P3. Срок уже был пропущен")


@pytest.mark.parametrize(
    ("metric", "state", "words"),
    [
        (Metric.FIRST_RESPONSE, CycleState.BREACHING, "Первый ответ: до 14:00</b> — просрочен"),
        (
            Metric.NEXT_RESPONSE,
            CycleState.BREACHED,
            "Следующий ответ: до 14:00</b> — выполнен с опозданием",
        ),
        (Metric.RESOLUTION, CycleState.BREACHING, "Решение: до 14:00</b> — просрочено"),
        (Metric.RESOLUTION, CycleState.ACHIEVED, "Решение: до 14:00</b> — выполнено вовремя"),
        (Metric.RESOLUTION, CycleState.CANCELLED, "Решение: до 14:00</b> — больше не действует"),
    ],
)
def test_a_verdict_agrees_with_what_it_is_about(
    metric: Metric, state: CycleState, words: str
) -> None:
    assert lines(cycle(metric=metric, state=state))[2] == f"<b>{words}"


def test_what_was_closed_unanswered_after_the_deadline_says_that_it_was_missed() -> None:
    told = lines(cycle(state=CycleState.CANCELLED, breached_at=NOON, due_at=NOON, cause="late"))

    assert told[2] == "<b>Первый ответ: до 12:00</b> — был пропущен, больше не действует"


@pytest.mark.parametrize(
    ("metric", "satisfied_by", "deed"),
    [
        (Metric.FIRST_RESPONSE, None, ": сотрудник ответил"),
        (Metric.RESOLUTION, None, ": тикет решён"),
        (
            Metric.FIRST_RESPONSE,
            SatisfiedBy.INCIDENT,
            " без ответа сотрудника: пользователю сообщили, что знаем об инциденте",
        ),
    ],
)
def test_what_was_fulfilled_says_when_and_by_what(
    metric: Metric, satisfied_by: SatisfiedBy | None, deed: str
) -> None:
    done = {"state": CycleState.ACHIEVED, "achieved_at": NOON, "satisfied_by": satisfied_by}

    assert lines(cycle(metric=metric, **done))[3] == f"Выполнено в 12:00{deed}"


@pytest.mark.parametrize(
    ("version", "words"),
    [(2, "праздники RU версии 2"), (0, "праздники RU ещё не загружены")],
)
def test_the_holidays_are_named_beside_the_rules(version: int, words: str) -> None:
    holidays = CountedHolidays(country="RU", version=version)
    terms = TERMS.model_copy(update={"holidays": holidays})
    recounted = terms.model_copy(update={"cause": "recounted"})

    told = lines(cycle(decisive=terms, terms=[terms, recounted]))

    assert told[5] == f"Правила версии 3 ({words}), действуют с 28.02 12:00"
    assert told[6] == f"11:00: пересчёт по правилам версии 3 ({words}), срок стал 14:00"


def test_many_windows_are_cut_and_the_rest_is_counted() -> None:
    window = CountedWindow(since=NOON, until=NOON + HOUR)

    told = lines(cycle(windows=[window] * (WINDOWS_SHOWN + 3)))

    assert told.count("• 12:00 – 13:00 (1 ч)") == WINDOWS_SHOWN
    assert told[-1] == "… и ещё 3 промежутка (3 ч)"


def test_what_is_shown_of_the_windows_adds_up_to_the_target() -> None:
    opened_at = datetime(2026, 2, 27, 8, 40, 22, 600_000, tzinfo=NOON.tzinfo)
    closes_at = opened_at.replace(hour=15, minute=0, second=0, microsecond=0)
    opens_at = closes_at.replace(day=28, hour=7)
    due_at = opens_at + 8 * HOUR - (closes_at - opened_at)
    windows = [(opened_at, closes_at), (opens_at, due_at)]

    told = lines(
        cycle(
            started_at=opened_at,
            due_at=due_at,
            windows=[CountedWindow(since=since, until=until) for since, until in windows],
        )
    )

    assert told[2] == "<b>Первый ответ: до 28.02 11:40:22</b> — время идёт"
    assert told[3] == "Отсчёт с 27.02 11:40:22 — с открытия тикета"
    assert told[-2:] == [
        "• 27.02 11:40:22 – 27.02 18:00 (6 ч 19 мин 38 с)",
        "• 28.02 10:00 – 28.02 11:40:22 (1 ч 40 мин 22 с)",
    ]


@settings(max_examples=200, derandomize=True, database=None)
@given(
    start=st.integers(0, 999),
    edges=st.lists(st.integers(1, 10**8), min_size=1, max_size=9),
    minutes=st.integers(1, 10**5),
)
def test_however_pauses_cut_the_windows_their_lengths_add_up(
    start: int, edges: list[int], minutes: int
) -> None:
    """All but the last are so many milliseconds long, and the last is what then is missing."""
    target = minutes * 60_000
    spans = [span for n, span in enumerate(edges) if sum(edges[: n + 1]) < target]
    at, windows = NOON + timedelta(milliseconds=start), []
    for span in [*spans, target - sum(spans)]:
        until = at + timedelta(milliseconds=span)
        windows.append(CountedWindow(since=at, until=until))
        at = until + timedelta(milliseconds=777)

    counted = lines(cycle(windows=windows))
    shown = [line for line in counted if line[0:1] in ("•", "…")]

    assert sum(seconds_in(line) for line in shown) == 60 * minutes


@pytest.mark.parametrize(
    ("until", "counted", "left"),
    [
        (timedelta(minutes=52, seconds=43, milliseconds=300), "52 мин 43 с", "7 ч 7 мин 17 с"),
        (timedelta(), "", "8 ч"),
    ],
)
def test_while_the_clock_stands_what_is_left_and_what_was_counted_are_the_target(
    until: timedelta, counted: str, left: str
) -> None:
    begin = TERMS.since
    stands = {
        "paused": True,
        "left_seconds": (8 * HOUR - until).total_seconds(),
        "windows": [CountedWindow(since=begin, until=begin + until)] if until else [],
        "pauses": [LeftOutPause(since=begin + until, until=None, left_out_seconds=60)],
    }

    told = lines(cycle(**stands))

    assert told[2] == "<b>Первый ответ</b> — часы стоят, ждём пользователя"
    assert told[6:-2] == (
        ["Засчитано:", f"• 11:00 – 11:52:43 ({counted})"] if until else ["Засчитано: пока ничего"]
    )
    assert told[-1] == f"Осталось: {left}, отсчёт пойдёт дальше, когда пользователь ответит"


def test_of_each_metric_the_last_clock_is_explained() -> None:
    first, second = (
        cycle(metric=Metric.NEXT_RESPONSE, cycle=n, state=state)
        for n, state in ((1, CycleState.ACHIEVED), (2, CycleState.BREACHING))
    )

    told = lines(first, second)

    assert [line for line in told if "<b>Следующий" in line] == [
        "<b>Следующий ответ: до 14:00</b> — просрочен"
    ]


def test_it_speaks_english_too() -> None:
    told = reasons(EN, TicketExplanation(ticket_id=42, cycles=[cycle()]), NOON)

    assert "Counted from 11:00, when the ticket was opened\nTarget: 8 h" in told
