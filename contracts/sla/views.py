"""What sla tells: nouns, frozen."""

from datetime import date

from pydantic import Field

from contracts.event import Instant, Message
from contracts.vocabulary import CycleState, Metric, Priority, SatisfiedBy


class CycleView(Message):
    """One clock. In `breached`, `achieved_at` is when it was answered at last. `satisfied_by` is
    None when that was by an agent's answer or the resolution. A `cancelled` one with `breached_at`
    had passed its deadline unanswered."""

    due_at: Instant
    state: CycleState
    paused: bool = False
    achieved_at: Instant | None = None
    breached_at: Instant | None = None
    satisfied_by: SatisfiedBy | None = None


class Clocks(Message):
    first_response: CycleView
    next_response: CycleView | None = None
    resolution: CycleView | None = None


class TicketClocks(Clocks):
    ticket_id: int


class TicketClocksList(Message):
    tickets: list[TicketClocks]


class UrgentCycle(Message):
    """A line of `/sla`: late (`breaching`) or close to it (`imminent_breach`)."""

    ticket_id: int
    subject: str
    priority: Priority
    metric: Metric
    state: CycleState
    due_at: Instant


class UrgentCycles(Message):
    """The worst of them, and how many are late and soon will be in all, which an older sla does
    not say."""

    cycles: list[UrgentCycle]
    late: int | None = None
    soon: int | None = None

    @property
    def counts(self) -> tuple[int, int]:
        """How many are late, and how many soon will be, as far as that is told."""
        late = sum(cycle.state == CycleState.BREACHING for cycle in self.cycles)
        if self.late is None or self.soon is None:
            return late, len(self.cycles) - late
        return self.late, self.soon


class ClockMove(Message):
    """What a recount does to a clock. `old_due_at` is None when its metric was not promised before.
    `is_missed`: the new deadline has passed, so that it breaches at once."""

    ticket_id: int
    metric: Metric
    cycle: int
    priority: Priority
    old_due_at: Instant | None
    new_due_at: Instant
    is_missed: bool


class LackingHolidays(Message):
    """A calendar goes by the holidays of `country`, and nothing was imported of these years: of
    this one, or of that in which the next 60 days end. `is_any_imported`: others were."""

    country: str
    years: list[int]
    is_any_imported: bool


class LackingHolidaysList(Message):
    countries: list[LackingHolidays]


class Recount(Message):
    """A page of a recount: how many tickets with open clocks were looked at, how many of them go by
    other promises by it, which clocks move, and the ticket after which to go on; None at the end.

    `without_holidays` are the countries that a planned calendar names and for which nothing was
    imported yet; `lacking_holidays` those of which something will soon be lacking, the former among
    them. `has_number_of_others`: what is planned by another file has the policy_version of other
    promises.
    """

    tickets: int
    changed: int = 0
    moves: list[ClockMove]
    next: int | None
    without_holidays: list[str] = Field(default_factory=list)
    lacking_holidays: list[LackingHolidays] = Field(default_factory=list)
    has_number_of_others: bool = False


class HolidayView(Message):
    """A day off, or (`is_working`) a day of the weekend on which the country works."""

    day: date
    name: str
    is_working: bool = False


class HolidaysView(Message):
    """What an import came to. `days` are those of the years asked for; `version` counts the
    country's imports that changed something, and `is_new` tells whether this one did. `library` is
    the version of the library that told them, `calendars` the names of those that go by them."""

    country: str
    version: int
    is_new: bool
    library: str
    days: list[HolidayView]
    calendars: list[str]
