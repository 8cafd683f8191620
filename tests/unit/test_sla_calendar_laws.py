"""What holds for every calendar, checked on random ones around real clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.sla.domain import Calendar, Window

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Europe/Moscow",
)
CHANGES = (
    date(2026, 3, 29),  # Berlin springs forward
    date(2026, 10, 25),  # Berlin falls back
    date(2026, 3, 8),  # New York
    date(2026, 11, 1),  # New York
    date(2026, 4, 5),  # Lord Howe, half an hour
    date(2026, 10, 4),  # Lord Howe
    date(2011, 3, 27),  # Moscow, for good
    date(2026, 1, 1),  # the year's end
)
MINUTE = timedelta(minutes=1)

laws = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

half_hours = st.integers(0, 47).map(lambda number: number * 30)
windows = st.builds(
    lambda opens, length: Window(opens, min(opens + length + 30, 1440)), half_hours, half_hours
)
free_or_working = st.lists(windows, max_size=3).map(tuple)
some_working = st.lists(windows, min_size=1, max_size=3).map(tuple)
near_changes = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(-3 * 1440, 3 * 1440),
)
some_time = st.integers(1, 3600).map(lambda minutes: minutes * MINUTE)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.tuples(some_working, *[free_or_working] * 6))
    change = draw(st.sampled_from(CHANGES))
    nearby = st.integers(-3, 3).map(lambda n: change + timedelta(n))
    dates = draw(st.dictionaries(nearby, free_or_working, max_size=3))
    return Calendar("random", draw(st.sampled_from(ZONES)), week, dates)


@laws
@given(calendars(), near_changes, some_time)
def test_between_measures_what_add_added(
    calendar: Calendar, start: datetime, working: timedelta
) -> None:
    assert calendar.between(start, calendar.add(start, working)) == working


@laws
@given(calendars(), near_changes, some_time)
def test_a_deadline_is_the_first_moment_at_which_the_time_has_passed(
    calendar: Calendar, start: datetime, working: timedelta
) -> None:
    due_at = calendar.add(start, working)

    assert calendar.between(start, due_at - timedelta(microseconds=1)) < working


@laws
@given(calendars(), near_changes, some_time)
def test_before_finds_the_last_start_from_which_the_time_is_worked(
    calendar: Calendar, end: datetime, working: timedelta
) -> None:
    start = calendar.before(end, working)

    assert calendar.between(start, end) == working
    assert calendar.between(start + timedelta(microseconds=1), end) < working


@laws
@given(calendars(), near_changes, some_time, some_time)
def test_time_added_in_two_parts_is_time_added_at_once(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@laws
@given(calendars(), near_changes, some_time, some_time)
def test_who_starts_later_or_has_more_time_is_never_due_earlier(
    calendar: Calendar, start: datetime, shift: timedelta, working: timedelta
) -> None:
    assert calendar.add(start, working) <= calendar.add(start + shift, working)
    assert calendar.add(start, working) < calendar.add(start, working + shift)


@laws
@given(calendars(), near_changes, near_changes, near_changes)
def test_two_stretches_measure_as_much_as_the_whole(
    calendar: Calendar, a: datetime, b: datetime, c: datetime
) -> None:
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@laws
@given(calendars(), near_changes, some_time, st.sampled_from(ZONES))
def test_it_does_not_matter_in_which_zone_an_instant_is_told(
    calendar: Calendar, start: datetime, working: timedelta, zone: str
) -> None:
    elsewhere = start.astimezone(ZoneInfo(zone))

    assert calendar.add(elsewhere, working) == calendar.add(start, working)
    assert calendar.is_open(elsewhere) == calendar.is_open(start)
    assert calendar.between(elsewhere, start + working) == calendar.between(start, start + working)


@settings(laws, max_examples=40)
@given(calendars(), near_changes, st.integers(1, 2000))
def test_it_agrees_with_counting_minute_by_minute(
    calendar: Calendar, start: datetime, length: int
) -> None:
    minutes = [start + n * MINUTE for n in range(length)]
    open_spans = _spans_by_hand(calendar, start)
    expected = [any(opens <= at < closes for opens, closes in open_spans) for at in minutes]

    assert [calendar.is_open(at) for at in minutes] == expected
    assert calendar.between(start, start + length * MINUTE) == sum(expected) * MINUTE
    if any(expected):
        last_open = max(at for at, is_open in zip(minutes, expected, strict=True) if is_open)
        assert calendar.add(start, sum(expected) * MINUTE) == last_open + MINUTE


def _spans_by_hand(calendar: Calendar, start: datetime) -> list[tuple[datetime, datetime]]:
    """Every window of the days around, its edges turned to UTC by the rule as it is written."""
    zone = ZoneInfo(calendar.zone)
    first = start.date() - timedelta(2)
    return [
        (_edge_by_hand(day, window.opens, zone), _edge_by_hand(day, window.closes, zone))
        for day in (first + timedelta(n) for n in range(6))
        for window in calendar.dates.get(day, calendar.week[day.weekday()])
    ]


def _edge_by_hand(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Look the wall time up among the minutes of UTC: the first match, or moved by the gap."""
    wall = datetime(day.year, day.month, day.day) + minutes * MINUTE  # noqa: DTZ001
    guess = wall.replace(tzinfo=UTC)
    offsets = sorted(
        {(guess + n * 6 * 60 * MINUTE).astimezone(zone).utcoffset() for n in range(-5, 6)}
    )
    matches = [
        guess - offset
        for offset in offsets
        if (guess - offset).astimezone(zone).replace(tzinfo=None) == wall
    ]
    return min(matches) if matches else guess - offsets[0]
