"""Days on which nothing happens: people write at random, more by day than by night, less at the
weekend. And outages, of which so many people a minute write."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from contracts.desk import SurgeRules
from services.incidents.domain.surge import Opening, Surge, find_surge

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
BY_HOUR = (
    *(0.19, 0.12, 0.08, 0.08, 0.08, 0.16, 0.31, 0.55),
    *(0.86, 1.64, 1.80, 1.80, 1.60, 1.60, 1.70, 1.60),
    *(1.60, 1.70, 1.80, 1.90, 1.70, 1.30, 0.80, 0.35),
)
"""Times the day's average; at nine the offices open, and twice as many write at once."""
BY_DAY = (1.10, 1.15, 1.10, 1.10, 1.00, 0.75, 0.80)
BY_CATEGORY = (0.30, 0.20, 0.15, 0.12, 0.10, 0.08, 0.05)
"""The share of each in all tickets."""

_ids = count(1)


class QuietDays:
    """The tickets of one category on a desk with so many a day, hour by hour.

    `unrest` is how much whole days differ from each other, beyond chance and rhythm: the standard
    deviation of a factor that is 1 on average.
    """

    def __init__(self, seed: int, a_day: float, days: int, unrest: float = 0.0) -> None:
        self._random = Random(seed)
        self.counts = [
            self._drawn(a_day / 24 * BY_HOUR[hour] * BY_DAY[day % 7] * factor)
            for day in range(days)
            for factor in [self._factor(unrest)]
            for hour in range(24)
        ]

    def weeks_before(self, at: datetime, weeks: int) -> list[list[int]]:
        """As the service reads them."""
        hour = (at - MONDAY) // HOUR
        centres = [hour - 7 * 24 * ago for ago in range(1, weeks + 1)]
        return [self.counts[centre - 1 : centre + 2] for centre in centres if centre > 0]

    def openings(self, first_day: int, last_day: int) -> list[Opening]:
        """Of the days in between, each of somebody else, in the order in which they come."""
        return [
            opening(at)
            for hour in range(24 * first_day, 24 * last_day)
            for at in sorted(
                MONDAY + (hour + self._random.random()) * HOUR for _ in range(self.counts[hour])
            )
        ]

    def outage(self, begins: datetime, a_minute: float, minutes: float = 45) -> list[Opening]:
        """Those who write because of it."""
        found, at = [], begins
        while at < begins + timedelta(minutes=minutes):
            at += timedelta(minutes=self._random.expovariate(a_minute))
            found.append(opening(at))
        return found

    def _drawn(self, expected: float) -> int:
        """A Poisson number: how many arrivals fit into one unit of time."""
        number, passed = 0, self._random.expovariate(1)
        while passed < expected:
            number, passed = number + 1, passed + self._random.expovariate(1)
        return number

    def _factor(self, unrest: float) -> float:
        return self._random.gammavariate(unrest**-2, unrest**2) if unrest else 1.0


def opening(at: datetime, requester_id: str | None = None) -> Opening:
    ticket_id = next(_ids)
    return Opening(ticket_id, at, requester_id or f"somebody {ticket_id}")


def suspicions(
    days: QuietDays, openings: Sequence[Opening], rules: SurgeRules
) -> Iterator[tuple[datetime, Surge]]:
    """Play the openings through the detector, one by one as the service hears them, and keep quiet
    after each suspicion as it does."""
    window = timedelta(minutes=rules.window_minutes)
    quiet_until, first = MONDAY, 0
    for place, newest in enumerate(openings):
        at = newest.opened_at
        while openings[first].opened_at <= at - window:
            first += 1
        if at < quiet_until:
            continue
        around = openings[first : place + 1]
        weeks = days.weeks_before(at, rules.history_weeks)
        surge = find_surge(around, at, lambda weeks=weeks: weeks, rules)  # type: ignore[misc]
        if surge is not None:
            quiet_until = at + timedelta(minutes=rules.quiet_minutes)
            yield at, surge
