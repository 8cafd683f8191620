"""A ticket's life told in a few words, and a clock that hears of it when the test says so."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from contracts.vocabulary import Priority, TicketStatus
from services.sla.domain import (
    Announcement,
    Cycle,
    Policy,
    Target,
    observe,
    read_calendar,
    round_the_clock,
    tick,
)

POLICY = Policy(
    version=1,
    first_response={
        Priority.P0: Target(15, "24x7"),
        Priority.P1: Target(120, "24x7"),
        Priority.P2: Target(480, "business"),
        Priority.P3: Target(1440, "24x7"),
    },
)
OFFICE = {day: ["10:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDARS = {
    "24x7": round_the_clock(),
    "business": read_calendar("business", "UTC", week=OFFICE),
}


def at(clock: str) -> datetime:
    """Read `10:00` as that time of Tuesday 24 November 2026, `25 10:00` as that of another day."""
    day, _, time = clock.rpartition(" ")
    return datetime.fromisoformat(f"2026-11-{day or '24'} {time}").replace(tzinfo=UTC)


@dataclass(frozen=True)
class Snapshot:
    """A ticket as its events carry it."""

    id: int
    version: int
    priority: Priority
    status: TicketStatus
    created_at: datetime
    updated_at: datetime
    first_response_at: datetime | None = None
    prioritised_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None


def opened(clock: str, priority: Priority = Priority.P1) -> Snapshot:
    return Snapshot(42, 1, priority, TicketStatus.OPEN, at(clock), at(clock))


def changed(ticket: Snapshot, clock: str, **changes: object) -> Snapshot:
    return replace(ticket, version=ticket.version + 1, updated_at=at(clock), **changes)  # type: ignore[arg-type]


def answered(ticket: Snapshot, clock: str) -> Snapshot:
    first = min(ticket.first_response_at or at(clock), at(clock))
    return changed(ticket, clock, first_response_at=first)


def refused(ticket: Snapshot, clock: str) -> Snapshot:
    return changed(ticket, clock, first_response_at=None)


def prioritised(ticket: Snapshot, clock: str, priority: Priority) -> Snapshot:
    return changed(ticket, clock, priority=priority, prioritised_at=at(clock))


def resolved(ticket: Snapshot, clock: str) -> Snapshot:
    return changed(ticket, clock, status=TicketStatus.RESOLVED, resolved_at=at(clock))


def reopened(ticket: Snapshot, clock: str) -> Snapshot:
    return changed(ticket, clock, status=TicketStatus.OPEN, resolved_at=None, reopened_at=at(clock))


@dataclass
class Clock:
    """Keeps one ticket's cycle as the service does, and all it announced."""

    cycle: Cycle | None = None
    announced: list[Announcement] = field(default_factory=list)

    def hears(self, ticket: Snapshot, clock: str | None = None) -> None:
        """Hear of a ticket's change, at once unless told when."""
        now = at(clock) if clock else ticket.updated_at
        self.cycle, said = observe(self.cycle, ticket, policy=POLICY, calendars=CALENDARS, now=now)
        self.announced.extend(said)

    def ticks(self, clock: str) -> None:
        self.cycle, said = tick(self.now, at(clock))
        self.announced.extend(said)

    @property
    def now(self) -> Cycle:
        assert self.cycle is not None
        return self.cycle

    @property
    def words(self) -> list[str]:
        """What it announced, by name and without the moves of the deadline."""
        names = [type(announcement).__name__ for announcement in self.announced]
        return [name for name in names if name != "ClockMoved"]
