"""The contract of the sla process: what the clocks say, and the facts they announce.

A cycle is (ticket, metric, n). `due_at` is a pure function of start, target, calendar and policy
version; sla can therefore tell it before it has stored the cycle.
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from contracts.caller import Caller
from contracts.desk import Country, Desk
from contracts.event import Command, Event, Instant, Message, Receipt
from contracts.tickets.views import TicketFacts
from contracts.vocabulary import Category, CycleState, Metric, Priority

MOST_YEARS = 10


def _is_year(number: int) -> int:
    if not 1900 <= number <= 2100:
        raise ValueError(f"{number} is not between 1900 and 2100")
    return number


Year = Annotated[int, AfterValidator(_is_year)]


class ImportHolidays(Command):
    """Ask the library for the holidays of these years, both included, and let the calendars that
    name the country go by them from now on; what runs keeps the promises of its begin.

    Raises HolidaysUnknown, or CalendarNeverOpens when a calendar would be left without working
    time: then nothing has changed.
    """

    country: Country
    first_year: Year
    last_year: Year

    @model_validator(mode="after")
    def _is_short_span(self) -> Self:
        if self.last_year < self.first_year:
            raise ValueError(f"{self.first_year}-{self.last_year} ends before it begins")
        if len(self.years) > MOST_YEARS:
            raise ValueError(f"{len(self.years)} years are too many: at most {MOST_YEARS} at once")
        return self

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


class DescribeTickets(Message):
    """Tell the clocks of these tickets. The facts are sent along so that sla can compute a cycle
    it has not stored yet, and see an answer of which it has not heard yet."""

    tickets: list[TicketFacts]


class ForecastClocks(Message):
    """Tell the clocks of a ticket that is just being opened. They follow from these two alone, so
    the question can be asked before the ticket has a number."""

    priority: Priority
    created_at: Instant


class ListUrgent(Message):
    """Open cycles that are late or soon will be, worst first."""

    limit: int = 20


class GetSlaStats(Message):
    from_at: Instant
    to_at: Instant


class CycleView(Message):
    """One clock. In `breached`, `achieved_at` is when it was answered at last."""

    due_at: Instant
    state: CycleState
    paused: bool = False
    achieved_at: Instant | None = None
    breached_at: Instant | None = None


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
    cycles: list[UrgentCycle]


class ExplainTicket(Message):
    """Tell why the ticket's clocks are due when they are; its facts go along as to describe it."""

    ticket: TicketFacts


class CountedWindow(Message):
    """Working time that was counted, half-open."""

    since: Instant
    until: Instant


class LeftOutPause(Message):
    """While the ticket waited for its user; of that so many seconds were working time. `until` is
    None while it still waits."""

    since: Instant
    until: Instant | None
    left_out_seconds: float


class CountedTerms(Message):
    """What a clock was counted by from `since` on, and the deadline this made. `cause` is what
    brought these terms: `late` for the first, `reprioritised`, `recounted`."""

    since: Instant
    priority: Priority
    target_minutes: int
    calendar: str
    timezone: str
    policy_version: int
    policy_since: Instant
    due_at: Instant
    cause: str


class CycleExplanation(CycleView):
    """Why a clock is due at `due_at`: from `started_at` on `decisive` was counted, window by
    window, without the pauses. `terms` are all terms one after another, `decisive` among them."""

    metric: Metric
    cycle: int
    started_at: Instant
    decisive: CountedTerms
    terms: list[CountedTerms]
    windows: list[CountedWindow]
    pauses: list[LeftOutPause]


class TicketExplanation(Message):
    """Every clock of a ticket, responses first, each kind in the order in which it began."""

    ticket_id: int
    cycles: list[CycleExplanation]


class Compliance(Message):
    """Clocks that were decided: in time, or found late. `compliance` is met / (met + breached),
    None while both are zero."""

    met: int
    breached: int
    compliance: float | None

    @classmethod
    def of(cls, met: int, breached: int, **names: Any) -> Self:
        decided = met + breached
        compliance = met / decided if decided else None
        return cls(met=met, breached=breached, compliance=compliance, **names)


class AgentCompliance(Compliance):
    """`agent` is a name. Clocks of tickets that nobody had are nobody's."""

    agent: str


class WeekCompliance(Compliance):
    """`week` is an ISO week such as `2026-W48`; `starts_on` is its Monday."""

    week: str
    starts_on: date


class SlaStats(Compliance):
    """First responses decided in a period, all and apart.

    `reprioritised` and `recounted` are breaches that a raised priority, or a recount by newer
    promises, made of what was in time until then; they are not among the breached. Agents come
    with the most decided first, weeks oldest first, those without a decision included.
    """

    reprioritised: int = 0
    recounted: int = 0
    by_priority: dict[Priority, Compliance] = Field(default_factory=dict)
    by_category: dict[Category, Compliance] = Field(default_factory=dict)
    by_agent: list[AgentCompliance] = Field(default_factory=list)
    by_week: list[WeekCompliance] = Field(default_factory=list)


class PlanRecount(Message):
    """Tell what a recount would do to the open clocks of the tickets after `after`, by their
    number. Without a `desk` it is by the promises now in force, else by that file's."""

    desk: Desk | None = None
    after: int = 0
    limit: int = Field(200, gt=0, le=1000)


class RecountClocks(Command):
    """Count the open clocks of the tickets after `after` by the promises now in force."""

    after: int = 0
    limit: int = Field(200, gt=0, le=1000)


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


class Recount(Message):
    """A page of a recount: how many tickets with open clocks were looked at, which clocks move,
    and the ticket after which to go on; None at the end."""

    tickets: int
    moves: list[ClockMove]
    next: int | None


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


class CycleEvent(Event):
    """A fact about one clock; `version` is the cycle's. (ticket_id, metric, cycle) names it."""

    ticket_id: int
    metric: Metric
    cycle: int
    due_at: Instant
    ticket: TicketFacts


class SlaWarned(CycleEvent):
    """Past `threshold` (a share of the working time) without an answer."""

    type: ClassVar = "sla.warned.v1"
    heard_by: ClassVar = frozenset({"bot"})

    threshold: float


class SlaBreached(CycleEvent):
    """The deadline passed. `cause` is `reprioritised` when a raised priority moved it to the past,
    `recounted` when newer promises did, else `late`."""

    type: ClassVar = "sla.breached.v1"
    heard_by: ClassVar = frozenset({"bot"})

    cause: str = "late"


class SlaAchieved(CycleEvent):
    type: ClassVar = "sla.achieved.v1"
    heard_by: ClassVar = frozenset()

    achieved_at: Instant


class SlaBreachWithdrawn(CycleEvent):
    """What came to be known late refutes the breach: an answer that was in time, or (with
    `achieved_at` None) a lowered priority or a closing before the deadline."""

    type: ClassVar = "sla.breach_withdrawn.v1"
    heard_by: ClassVar = frozenset({"bot"})

    achieved_at: Instant | None = None


class SlaClockMoved(Event):
    """The ticket's next deadline is now this; None when no clock runs. `version` counts the
    changes of the ticket's clocks."""

    type: ClassVar = "sla.clock_moved.v1"
    heard_by: ClassVar = frozenset({"tickets"})

    ticket_id: int
    next_due_at: Instant | None


class SlaClient:
    """The only place where the names of sla's RPCs are strings."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _call(self, method: str, message: Message) -> Any:
        return self._caller.call("sla", method, message)

    def import_holidays(self, command: ImportHolidays) -> Receipt[HolidaysView]:
        answer = self._call("import_holidays", command)
        return Receipt[HolidaysView].model_validate(answer)

    def describe_tickets(self, tickets: list[TicketFacts]) -> list[TicketClocks]:
        """Clocks in the order of `tickets`."""
        query = DescribeTickets(tickets=[TicketFacts(**dict(facts)) for facts in tickets])
        return TicketClocksList.model_validate(self._call("describe_tickets", query)).tickets

    def forecast_clocks(self, query: ForecastClocks) -> Clocks:
        return Clocks.model_validate(self._call("forecast_clocks", query))

    def explain_ticket(self, ticket: TicketFacts) -> TicketExplanation:
        query = ExplainTicket(ticket=TicketFacts(**dict(ticket)))
        return TicketExplanation.model_validate(self._call("explain_ticket", query))

    def list_urgent(self, limit: int = 20) -> list[UrgentCycle]:
        query = ListUrgent(limit=limit)
        return UrgentCycles.model_validate(self._call("list_urgent", query)).cycles

    def plan_recount(self, query: PlanRecount) -> Recount:
        return Recount.model_validate(self._call("plan_recount", query))

    def recount_clocks(self, command: RecountClocks) -> Receipt[Recount]:
        return Receipt[Recount].model_validate(self._call("recount_clocks", command))

    def get_sla_stats(self, query: GetSlaStats) -> SlaStats:
        return SlaStats.model_validate(self._call("get_sla_stats", query))
