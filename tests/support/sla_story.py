"""A ticket's life told in a few words, and a clock that hears of it when the test says so."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from contracts.tickets import AgentView
from contracts.vocabulary import Metric, Priority, TicketStatus
from services.sla.domain import (
    Announcement,
    Cycle,
    Edition,
    Policy,
    Target,
    TicketClock,
    observe,
    read_calendar,
    round_the_clock,
    tick,
)

FIRST_RESPONSE = {
    Priority.P0: Target(15, "24x7"),
    Priority.P1: Target(120, "24x7"),
    Priority.P2: Target(480, "business"),
    Priority.P3: Target(1440, "24x7"),
}
OFFICE = {day: ["10:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDARS = {
    "24x7": round_the_clock(),
    "business": read_calendar("business", "UTC", week=OFFICE),
}
POLICY = Policy(1, {Metric.FIRST_RESPONSE: FIRST_RESPONSE}, CALENDARS)
WHOLE_POLICY = Policy(
    1,
    {
        Metric.FIRST_RESPONSE: FIRST_RESPONSE,
        Metric.NEXT_RESPONSE: dict.fromkeys(Priority, Target(60, "24x7")),
        Metric.RESOLUTION: dict.fromkeys(Priority, Target(480, "business")),
    },
    CALENDARS,
)


def at(clock: str) -> datetime:
    """Read `10:00` as that time of Tuesday 24 November 2026, `25 10:00` as that of another day."""
    day, _, time = clock.rpartition(" ")
    return datetime.fromisoformat(f"2026-11-{day or '24'} {time}").replace(tzinfo=UTC)


EDITIONS = (Edition(at("01 00:00"), POLICY),)
WHOLE_EDITIONS = (Edition(at("01 00:00"), WHOLE_POLICY),)


@dataclass(frozen=True)
class Snapshot:
    """A ticket as its events carry it."""

    id: int
    version: int
    priority: Priority
    status: TicketStatus
    created_at: datetime
    updated_at: datetime
    assignee: AgentView | None = None
    taken_at: datetime | None = None
    status_since: datetime | None = None
    first_response_at: datetime | None = None
    unanswered_since: datetime | None = None
    noticed_at: datetime | None = None
    unlinked_at: datetime | None = None
    merged_at: datetime | None = None
    inherited_since: datetime | None = None
    prioritised_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None


def opened(clock: str, priority: Priority = Priority.P1) -> Snapshot:
    then = at(clock)
    return Snapshot(
        42, 1, priority, TicketStatus.OPEN, then, then, status_since=then, unanswered_since=then
    )


def changed(ticket: Snapshot, clock: str, **changes: object) -> Snapshot:
    return replace(ticket, version=ticket.version + 1, updated_at=at(clock), **changes)  # type: ignore[arg-type]


def become(ticket: Snapshot, clock: str, status: TicketStatus, **changes: object) -> Snapshot:
    return changed(ticket, clock, status=status, status_since=at(clock), **changes)


def answered(ticket: Snapshot, clock: str) -> Snapshot:
    """Answered in the app, and the agent keeps working."""
    first = min(ticket.first_response_at or at(clock), at(clock))
    return changed(ticket, clock, first_response_at=first, unanswered_since=None)


def waiting(ticket: Snapshot, clock: str) -> Snapshot:
    """Answered in the app, and the ball is the user's."""
    answer = answered(ticket, clock)
    return replace(answer, status=TicketStatus.WAITING, status_since=at(clock))


def asked(ticket: Snapshot, clock: str) -> Snapshot:
    """The user writes again."""
    since = ticket.unanswered_since or at(clock)
    if ticket.status is TicketStatus.WAITING:
        return become(ticket, clock, TicketStatus.IN_PROGRESS, unanswered_since=since)
    return changed(ticket, clock, unanswered_since=since)


def refused(ticket: Snapshot, clock: str) -> Snapshot:
    return changed(ticket, clock, first_response_at=None, unanswered_since=ticket.created_at)


def let_go(ticket: Snapshot, clock: str) -> Snapshot:
    return changed(ticket, clock, assignee=None, taken_at=at(clock))


def taken(ticket: Snapshot, clock: str, agent: AgentView) -> Snapshot:
    return changed(ticket, clock, assignee=agent, taken_at=at(clock))


def prioritised(ticket: Snapshot, clock: str, priority: Priority) -> Snapshot:
    return changed(ticket, clock, priority=priority, prioritised_at=at(clock))


def resolved(ticket: Snapshot, clock: str) -> Snapshot:
    return become(
        ticket, clock, TicketStatus.RESOLVED, resolved_at=at(clock), unanswered_since=None
    )


def reopened(ticket: Snapshot, clock: str) -> Snapshot:
    then = at(clock)
    return become(
        ticket,
        clock,
        TicketStatus.OPEN,
        resolved_at=None,
        reopened_at=then,
        unanswered_since=then,
    )


@dataclass
class Clock:
    """Keeps one ticket's clocks as the service does, and all they announced."""

    editions: tuple[Edition, ...] = EDITIONS
    clock: TicketClock | None = None
    announced: list[Announcement] = field(default_factory=list)

    def hears(
        self,
        ticket: Snapshot,
        clock: str | None = None,
        *,
        answer: str | None = None,
        message: str | None = None,
    ) -> None:
        """Hear of a ticket's change, at once unless told when; `answer` is when the answer was
        written whose delivery is told, `message` the same of the user's."""
        now = at(clock) if clock else ticket.updated_at
        moments = {
            "answer_at": at(answer) if answer else None,
            "asked_at": at(message) if message else None,
        }
        self.clock, said = observe(self.clock, ticket, self.editions, now, **moments)
        self.announced.extend(said)

    def ticks(self, clock: str) -> None:
        assert self.clock is not None
        self.clock, said = tick(self.clock, self.editions, at(clock))
        self.announced.extend(said)

    @property
    def now(self) -> Cycle:
        """The first response as it stands."""
        return self.latest(Metric.FIRST_RESPONSE)

    def latest(self, metric: Metric) -> Cycle:
        """The cycle of that metric that began last."""
        assert self.clock is not None
        cycle = self.clock.latest(metric)
        assert cycle is not None, metric
        return cycle

    @property
    def words(self) -> list[str]:
        """What it announced, by name and without the moves of the deadline."""
        names = [type(announcement).__name__ for announcement in self.announced]
        return [name for name in names if name != "ClockMoved"]
