"""Tickets whose clocks strike when a measurement wants it, and the words they then have to say.

Pure: the same seed, editions and time make the same tickets.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import NamedTuple

from cli.trouble import Trouble
from contracts.sla import SlaBreached, SlaWarned, SlaWarningClimbed
from contracts.tickets import RequesterView, TicketFacts
from contracts.vocabulary import Category, Metric, Priority, Source, TicketStatus
from services.sla.domain import (
    Breached,
    Climbed,
    Edition,
    Target,
    TicketClock,
    Warned,
    in_force,
    observe,
    tick,
)

REST = timedelta(hours=1)
"""For how long a resting clock needs no look at least: longer than a measurement takes."""
TRIES = 1_000
SHARES = {Priority.P1: 1, Priority.P2: 3, Priority.P3: 6}
"""How the resting clocks are spread. P0 never rests for an hour."""

Kept = tuple[TicketClock, TicketFacts]


class Word(NamedTuple):
    """What is to be said once. `step` is a warning's threshold, or the level to which it climbed;
    None for a breach."""

    ticket_id: int
    metric: str
    n: int
    type: str
    step: float | str | None


class Tickets:
    """Makes open tickets that nobody has answered, one after another."""

    def __init__(self, editions: Sequence[Edition], now: datetime, seed: int = 1) -> None:
        self.editions = editions
        self._now = now
        self._chance = Random(seed)
        self._ids = count(1)

    def resting(self) -> Kept:
        """One whose clock runs, and needs no look for an hour."""
        priority = self._chance.choices(list(SHARES), list(SHARES.values()))[0]
        minutes = self._targets(self._now)[priority].minutes
        for _ in range(TRIES):
            age = timedelta(minutes=self._chance.uniform(0, minutes))
            kept = self._opened(next(self._ids), priority, self._now - age, self._now)
            next_at = kept[0].next_at
            if next_at is not None and next_at > self._now + REST:
                return kept
        raise Trouble(
            f"No {priority} ticket can wait for an hour by support.toml, so nothing can be filled "
            "in: measure with longer targets."
        )

    def breaching(self, at: datetime, now: datetime) -> Kept:
        """A P0 ticket whose deadline comes at that moment."""
        return self._struck(Priority.P0, 1.0, at, now)

    def warning(self, at: datetime, now: datetime) -> Kept:
        """A P3 ticket of which is warned last at that moment; its deadline is far away."""
        share = self._targets(now)[Priority.P3].warnings[-1]
        return self._struck(Priority.P3, share, at, now)

    def _struck(self, priority: Priority, share: float, at: datetime, now: datetime) -> Kept:
        policy = in_force(self.editions, now).policy
        target = policy.targets[Metric.FIRST_RESPONSE][priority]
        created_at = policy.calendars[target.calendar].before(at, target.working * share)
        return self._opened(next(self._ids), priority, created_at, now)

    def _targets(self, now: datetime) -> Mapping[Priority, Target]:
        return in_force(self.editions, now).policy.targets[Metric.FIRST_RESPONSE]

    def _opened(
        self, ticket_id: int, priority: Priority, created_at: datetime, now: datetime
    ) -> Kept:
        """What is heard of it is heard now; what should have been said by now counts as said."""
        facts = TicketFacts(
            id=ticket_id,
            version=1,
            subject=f"Ticket {ticket_id}",
            category=Category.OTHER,
            priority=priority,
            status=TicketStatus.OPEN,
            source=Source.APP,
            created_at=created_at,
            updated_at=created_at,
            status_since=created_at,
            unanswered_since=created_at,
            requester=RequesterView(id="u-1", name="Maria"),
        )
        clock, _ = observe(None, facts, self.editions, now)
        return clock, facts


def words_until(
    until: datetime, clocks: Iterable[TicketClock], editions: Sequence[Edition]
) -> dict[Word, datetime]:
    """All that these clocks have to tell by then, and when each of it comes true."""
    return dict(word for clock in clocks for word in _words_of(clock, editions, until))


def _words_of(
    clock: TicketClock, editions: Sequence[Edition], until: datetime
) -> Iterator[tuple[Word, datetime]]:
    while (at := clock.next_at) is not None and at <= until:
        clock, said = tick(clock, editions, at)
        for one in said:
            match one:
                case Warned(ticket_id=ticket_id, metric=metric, n=n, threshold=threshold):
                    yield Word(ticket_id, metric, n, SlaWarned.type, threshold), at
                case Climbed(ticket_id=ticket_id, metric=metric, n=n, level=level):
                    yield Word(ticket_id, metric, n, SlaWarningClimbed.type, level.value), at
                case Breached(ticket_id=ticket_id, metric=metric, n=n):
                    yield Word(ticket_id, metric, n, SlaBreached.type, None), at
