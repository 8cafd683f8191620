"""What stands out from its own history, on synthetic days and by single cases."""

from datetime import UTC, datetime, timedelta
from math import exp, lgamma, log
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.desk import SurgeRules
from services.incidents.domain.surge import (
    Opening,
    Surge,
    chance_of,
    find_surge,
    fullest_window,
    hours_compared,
    usual_and_busy,
)
from tests.support.quiet_days import BY_CATEGORY, MONDAY, QuietDays, opening, suspicions

RULES = SurgeRules()
WINDOW = timedelta(minutes=10)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HISTORY = 7 * RULES.history_weeks
MONTH = HISTORY + 30
QUIET = [[0, 0, 0]] * 8
BUSIEST = BY_CATEGORY[0]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def burst(people: int, *, until: datetime = NOON, within: float = 9) -> list[Opening]:
    """So many people, one after another, the last of them at `until`."""
    return [opening(until - minutes(within * n / people)) for n in range(people)]


def found(openings: list[Opening], weeks: list[list[int]]) -> Surge | None:
    return find_surge(openings, NOON, lambda: weeks, RULES)


@pytest.mark.parametrize(
    ("a_day", "seed"), [(5, 1), (5, 2), (50, 1), (50, 2), (200, 1), (200, 2), (500, 1), (2000, 1)]
)
def test_in_thirty_quiet_days_nothing_is_suspected(a_day: int, seed: int) -> None:
    for share in BY_CATEGORY:
        days = QuietDays(seed, a_day * share, MONTH)

        assert list(suspicions(days, days.openings(HISTORY, MONTH), RULES)) == []


@pytest.mark.parametrize("a_day", [50, 500])
def test_days_that_differ_by_a_fifth_are_quiet_too(a_day: int) -> None:
    for share in BY_CATEGORY:
        days = QuietDays(3, a_day * share, MONTH, unrest=0.2)

        assert list(suspicions(days, days.openings(HISTORY, MONTH), RULES)) == []


@pytest.mark.parametrize("hour", [3, 9, 14, 19])
@pytest.mark.parametrize(
    ("a_day", "a_minute"),
    [
        *[(5, 1), (5, 10), (50, 2), (50, 10), (200, 2), (200, 10)],
        *[(500, 5), (500, 30), (2000, 10), (2000, 30)],
    ],
)
def test_an_outage_is_found_within_three_minutes_of_its_tenth_ticket(
    a_day: int, a_minute: float, hour: int
) -> None:
    for seed in range(3):
        days = QuietDays(seed, a_day * BUSIEST, HISTORY + 2)
        begins = MONDAY + timedelta(days=HISTORY, hours=hour, minutes=11 * seed)
        outage = days.outage(begins, a_minute)
        openings = sorted(
            [*days.openings(HISTORY, HISTORY + 2), *outage], key=lambda one: one.opened_at
        )

        at, _ = next(suspicions(days, openings, RULES))

        assert begins <= at <= outage[9].opened_at + minutes(3)


def test_three_at_night_are_no_surge_and_five_are() -> None:
    assert found(burst(4), QUIET) is None
    surge = found(burst(5), QUIET)
    assert surge is not None
    assert (len(surge.openings), surge.usual) == (5, 0)


@pytest.mark.parametrize("known", [0, 2])
def test_without_history_only_a_crowd_is_a_surge(known: int) -> None:
    assert found(burst(19), QUIET[:known]) is None
    surge = found(burst(20), QUIET[:known])
    assert surge is not None
    assert surge.usual is None


def test_what_is_usual_at_that_hour_is_no_surge() -> None:
    assert found(burst(14), [[40, 60, 50]] * 8) is None
    surge = found(burst(14), [[9, 12, 10]] * 8)
    assert surge is not None
    assert surge.usual == 2


def test_the_hours_beside_it_count_as_well() -> None:
    assert found(burst(14), [[0, 0, 60]] * 8) is None
    assert found(burst(14), [[60, 0, 0]] * 8) is None


def test_one_person_who_writes_five_times_is_one() -> None:
    told = [opening(NOON - minutes(n), "Ivan") for n in range(5)]

    assert found(told, QUIET) is None
    assert found([*told, *burst(4)], QUIET) is not None


def test_weeks_that_differ_beyond_chance_make_it_harder_to_stand_out() -> None:
    even = [[30, 30, 30]] * 8
    uneven = [[hour] * 3 for hour in (10, 15, 20, 30, 30, 45, 60, 75)]

    assert usual_and_busy(even) == (30, 30)
    assert usual_and_busy(uneven)[0] == 30
    assert found(burst(24), even) is not None
    assert found(burst(24), uneven) is None


@given(st.lists(st.integers(0, 100), min_size=8, max_size=8), st.integers(0, 10_000))
def test_one_outage_in_the_history_hides_no_other(hours: list[int], outage: int) -> None:
    weeks = [[hour] * 3 for hour in hours]
    spoilt = [[outage] * 3, *weeks[1:]]
    ordered = sorted(hours)

    usual, _ = usual_and_busy(spoilt)

    assert ordered[2] <= usual <= ordered[5]


@given(
    st.lists(st.lists(st.integers(0, 200), min_size=3, max_size=3), min_size=3, max_size=12),
    st.integers(2, 60),
)
def test_more_people_stand_out_at_least_as_much(weeks: list[list[int]], people: int) -> None:
    if found(burst(people), weeks) is not None:
        assert found(burst(people + 1), weeks) is not None


@given(st.floats(0.01, 200), st.integers(1, 300))
def test_the_chance_is_a_chance_and_falls_with_the_count(expected: float, count: int) -> None:
    assert 0 <= chance_of(count + 1, expected) <= chance_of(count, expected) <= 1


@pytest.mark.parametrize(
    ("count", "expected"), [(5, 0.1), (10, 1), (15, 3), (27, 8), (60, 25), (150, 90)]
)
def test_the_chance_is_that_of_a_poisson_tail_and_never_less(count: int, expected: float) -> None:
    terms = [exp(n * log(expected) - expected - lgamma(n + 1)) for n in range(count, count + 500)]

    assert sum(terms) <= chance_of(count, expected) <= 1.1 * sum(terms)


@given(st.permutations(range(8)))
def test_in_whatever_order_openings_are_heard_one_of_them_completes_the_window(
    order: list[int],
) -> None:
    openings = [opening(NOON + minutes(n)) for n in range(8)]
    heard: list[Opening] = []

    most = 0
    for place in order:
        heard.append(openings[place])
        at = openings[place].opened_at
        around = [one for one in heard if abs(one.opened_at - at) < WINDOW]
        most = max(most, len(fullest_window(around, at, WINDOW)))

    assert most == 8


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=25), st.integers(0, 30))
def test_the_fullest_window_is_the_one_that_a_look_at_each_would_find(
    written: list[tuple[int, int]], minute: int
) -> None:
    openings = [
        Opening(number, NOON + minutes(when), f"person {who}")
        for number, (when, who) in enumerate(written)
    ]
    at, window = NOON + minutes(minute), minutes(7)
    by_last = [
        {one.requester_id for one in openings if timedelta() <= end - one.opened_at < window}
        for end in {one.opened_at for one in openings if one.opened_at >= at}
    ]

    found = fullest_window(openings, at, window)

    people = [one.requester_id for one in found]
    assert len(people) == len(set(people)) == max(map(len, by_last), default=0)
    assert set(people) in [*by_last, set()]
    assert (
        max((one.opened_at for one in found), default=at)
        - min((one.opened_at for one in found), default=at)
        < window
    )


def test_a_window_ends_before_it_would_be_longer() -> None:
    openings = [opening(NOON - WINDOW), opening(NOON - WINDOW + minutes(0.1)), opening(NOON)]

    assert fullest_window(openings, NOON, WINDOW) == openings[1:]


def test_the_hours_compared_are_the_same_by_the_desks_clock() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    monday = datetime(2026, 10, 26, 9, 30, tzinfo=berlin)  # the day after summer time ended

    weeks = hours_compared(monday, berlin, 2)

    assert [[hour.astimezone(berlin).hour for hour in week] for week in weeks] == [[8, 9, 10]] * 2
    assert [hour.utcoffset() for week in weeks for hour in week] == [timedelta()] * 6
    assert weeks[0][1] == datetime(2026, 10, 19, 7, tzinfo=UTC)
