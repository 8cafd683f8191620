"""When so many people write about one thing that something must have happened.

What the last minutes brought is compared with the same hour of the week in earlier weeks and the
hours beside it, as outbreaks of an illness are found: C. P. Farrington et al., "A Statistical
Algorithm for the Early Detection of Outbreaks of Infectious Disease", Journal of the Royal
Statistical Society A 159 (1996), 547-563. Theirs is a regression that gives past outbreaks little
weight; ours are medians, which a few bad weeks do not move. Counts are of people: one who writes
five times is one. Earlier weeks count tickets, which can only make us slower to suspect.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, inf, lgamma, log, sqrt
from statistics import median
from zoneinfo import ZoneInfo

from contracts.desk import SurgeRules

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
WEEKS_NEEDED = 3
"""One bad week among fewer would be a median."""
DEVIATIONS_OF_MEDIAN = 1.4826
"""Makes a median absolute deviation a standard deviation, where values are spread normally."""
BUSY = 2
"""Deviations, beyond those of chance, that make a busy week."""
MINUTES_IN_YEAR = 60 * 24 * 365

Week = Sequence[int]
"""How many tickets an hour brought, with the hour before and the hour after it."""


@dataclass(frozen=True)
class Opening:
    ticket_id: int
    opened_at: datetime
    requester_id: str


@dataclass(frozen=True)
class Surge:
    """One opening of each person who wrote in the window, the oldest first; `usual` is how many
    tickets a window of that hour brings, None while too little is known."""

    openings: list[Opening]
    usual: float | None


def find_surge(
    openings: Sequence[Opening],
    at: datetime,
    weeks: Callable[[], Sequence[Week]],
    rules: SurgeRules,
) -> Surge | None:
    """Whether the opening at `at` belongs to a window that stands out. `openings` are those of its
    category less than a window before and after it, `weeks` the earlier ones (asked if needed).

    What comes in late or out of order is found as well, by whichever opening is heard last.
    """
    if len(openings) < rules.minimum_count:
        return None
    together = fullest_window(openings, at, timedelta(minutes=rules.window_minutes))
    if len(together) < rules.minimum_count:
        return None
    known = weeks()
    if len(known) < WEEKS_NEEDED:
        is_surge = len(together) >= rules.minimum_count_without_history
        return Surge(together, None) if is_surge else None
    usual, busy = usual_and_busy(known)
    share = rules.window_minutes / 60
    allowed = rules.window_minutes / (rules.chance_once_in_years * MINUTES_IN_YEAR)
    if chance_of(len(together), busy * share) > allowed:
        return None
    return Surge(together, usual * share)


def fullest_window(openings: Iterable[Opening], at: datetime, window: timedelta) -> list[Opening]:
    """Of the windows that end with an opening at `at` or later, the one in which most people wrote;
    of each person the first opening in it."""
    ordered = sorted(openings, key=lambda one: (one.opened_at, one.ticket_id))
    within: Counter[str] = Counter()
    first, most, fullest = 0, 0, slice(0)
    for end, last in enumerate(ordered, 1):
        within[last.requester_id] += 1
        while last.opened_at - ordered[first].opened_at >= window:
            left = ordered[first].requester_id
            within[left] -= 1
            if not within[left]:
                del within[left]
            first += 1
        if last.opened_at >= at and len(within) > most:
            most, fullest = len(within), slice(first, end)
    firsts = {one.requester_id: one for one in reversed(ordered[fullest])}
    return list(reversed(firsts.values()))


def usual_and_busy(weeks: Sequence[Week]) -> tuple[float, float]:
    """Tickets an hour in a usual week and in a busy one.

    Of each week the busiest of the hours counts: days do not begin on the minute. A week is busier
    than usual by what the weeks differ beyond chance, which alone would have them differ by the
    root of their median.
    """
    busiest = [max(week) for week in weeks]
    usual = median(busiest)
    deviation = DEVIATIONS_OF_MEDIAN * median(abs(one - usual) for one in busiest)
    return usual, usual + BUSY * sqrt(max(0.0, deviation**2 - usual))


def chance_of(count: int, expected: float) -> float:
    """How likely at most so many or more come where `expected` do on average, each for itself: the
    tail of a Poisson distribution, its terms bounded by a geometric series."""
    if count <= expected:
        return 1.0
    logarithm = log(expected) if expected else -inf
    first = exp(count * logarithm - expected - lgamma(count + 1))
    return min(1.0, first / (1 - expected / (count + 1)))


def hours_compared(at: datetime, zone: ZoneInfo, weeks: int) -> list[tuple[datetime, ...]]:
    """The begins of the hours to compare with, a tuple a week, the last week first: the same time
    by the desk's clock, whatever its summer time did since."""
    local = at.astimezone(zone).replace(tzinfo=None)
    earlier = [(local - ago * WEEK).replace(tzinfo=zone) for ago in range(1, weeks + 1)]
    same = [hour_of(moment) for moment in earlier]
    return [(hour - HOUR, hour, hour + HOUR) for hour in same]


def hour_of(at: datetime) -> datetime:
    """The begin of its hour."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
