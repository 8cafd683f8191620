"""The uptime of random stories, against a count minute by minute, around real clock changes."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.incidents import Stretch
from contracts.vocabulary import ComponentStatus
from services.gateway.uptime import DAYS, Span, uptime

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CHANGES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("America/Sao_Paulo", date(2018, 11, 4)),  # leaves a midnight out
    ("America/Sao_Paulo", date(2018, 2, 18)),  # comes back to 23:00 at midnight
    ("America/Havana", date(2026, 11, 1)),  # has a midnight twice
    ("Pacific/Apia", date(2011, 12, 30)),  # has no such day
    ("Europe/Moscow", date(2026, 3, 2)),
)
WEIGHT = {
    ComponentStatus.MAJOR_OUTAGE: Fraction(1),
    ComponentStatus.PARTIAL_OUTAGE: Fraction(3, 10),
}
BAD = [status for status in ComponentStatus if status is not ComponentStatus.OPERATIONAL]

laws = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Stretch], Span, date, ZoneInfo]:
    """Stretches without overlap around a clock change, some of them before anybody counted."""
    name, change = draw(st.sampled_from(CHANGES))
    zone = ZoneInfo(name)
    middle = datetime(change.year, change.month, change.day, tzinfo=UTC)
    moments = st.integers(-4 * 1440, 4 * 1440).map(lambda number: middle + number * MINUTE)
    edges = sorted(draw(st.sets(moments, min_size=2, max_size=9)))
    until = middle + draw(st.integers(-1440, 5 * 1440)) * MINUTE
    since = draw(st.sampled_from([edges[0], draw(moments), middle - timedelta(days=200)]))
    counted = Span(since, until)
    stretches = [
        Stretch(component="app", status=draw(st.sampled_from(BAD)), from_at=since, until_at=end)
        for since, end in pairwise(edges)
        if draw(st.booleans())
    ]
    if stretches and draw(st.booleans()):
        stretches[-1] = stretches[-1].model_copy(update={"until_at": None})
    today = (until + draw(st.integers(0, 3)) * timedelta(days=1)).astimezone(zone).date()
    return stretches, counted, today, zone


@laws
@given(stories())
def test_it_is_what_a_count_minute_by_minute_finds(
    story: tuple[list[Stretch], Span, date, ZoneInfo],
) -> None:
    stretches, counted, today, zone = story

    found = uptime(stretches, counted, today, zone)

    first = today - timedelta(days=DAYS - 1)
    minutes: Counter[tuple[date, ComponentStatus]] = Counter()
    # The first of the days may begin 14 hours before it does in UTC.
    moment = max(counted.since, datetime(first.year, first.month, first.day, tzinfo=UTC) - DAY)
    while moment < counted.until:
        day = moment.astimezone(zone).date()
        if first <= day <= today:
            minutes[day, _status_at(moment, stretches)] += 1
        moment += MINUTE
    assert [day.date for day in found.days] == [first + timedelta(n) for n in range(DAYS)]
    for day in found.days:
        expected = {status: minutes[day.date, status] * MINUTE for status in ComponentStatus}
        assert day.counted == sum(expected.values(), timedelta(0))
        assert day.lasted == {status: expected[status] for status in BAD if expected[status]}
    assert found.hundredths == _expected_hundredths(minutes)


@laws
@given(stories())
def test_a_hundred_percent_is_said_only_of_what_was_never_down(
    story: tuple[list[Stretch], Span, date, ZoneInfo],
) -> None:
    stretches, counted, today, zone = story

    found = uptime(stretches, counted, today, zone)

    was_down = any(set(day.lasted) & set(WEIGHT) for day in found.days)
    assert (found.hundredths == 10_000) is (bool(found.counted) and not was_down)


def test_a_millisecond_of_an_outage_is_not_rounded_away() -> None:
    zone, now = ZoneInfo("Europe/Moscow"), datetime(2026, 3, 2, 9, tzinfo=UTC)
    short = Stretch(
        component="app",
        status=ComponentStatus.PARTIAL_OUTAGE,
        from_at=now - timedelta(days=9),
        until_at=now - timedelta(days=9) + timedelta(milliseconds=1),
    )

    found = uptime([short], Span(now - timedelta(days=89), now), date(2026, 3, 2), zone)

    assert found.hundredths == 9_999


def test_what_nobody_counted_is_no_data() -> None:
    zone, now = ZoneInfo("Europe/Moscow"), datetime(2026, 3, 2, 9, tzinfo=UTC)

    found = uptime([], Span(now, now), date(2026, 3, 2), zone)

    assert {day.worst for day in found.days} == {None}
    assert found.hundredths is None


def test_degraded_and_under_maintenance_counts_as_up_but_shows() -> None:
    zone, now = ZoneInfo("Europe/Moscow"), datetime(2026, 3, 2, 9, tzinfo=UTC)
    stretches = [
        Stretch(
            component="app",
            status=status,
            from_at=now - timedelta(days=back),
            until_at=now - timedelta(days=back) + timedelta(hours=2),
        )
        for status, back in (
            (ComponentStatus.DEGRADED_PERFORMANCE, 3),
            (ComponentStatus.UNDER_MAINTENANCE, 2),
        )
    ]

    found = uptime(stretches, Span(now - timedelta(days=30), now), date(2026, 3, 2), zone)

    assert found.hundredths == 10_000
    assert [day.worst for day in found.days[-4:-1]] == [
        ComponentStatus.DEGRADED_PERFORMANCE,
        ComponentStatus.UNDER_MAINTENANCE,
        ComponentStatus.OPERATIONAL,
    ]
    assert [day.date for day in found.eventful] == [date(2026, 2, 28), date(2026, 2, 27)]


def _status_at(moment: datetime, stretches: list[Stretch]) -> ComponentStatus:
    for stretch in stretches:
        if stretch.from_at <= moment and (stretch.until_at is None or moment < stretch.until_at):
            return stretch.status
    return ComponentStatus.OPERATIONAL


def _expected_hundredths(minutes: Counter[tuple[date, ComponentStatus]]) -> int | None:
    if not minutes.total():
        return None
    down = sum(WEIGHT.get(status, 0) * number for (_, status), number in minutes.items())
    return int((1 - Fraction(down) / minutes.total()) * 10_000)
