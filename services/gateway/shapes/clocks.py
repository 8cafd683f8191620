"""SLA clocks as answers show them."""

from pydantic import Field

from contracts.event import Instant
from contracts.vocabulary import CycleStart, CycleState, Metric, Priority, SatisfiedBy
from services.gateway.shapes.shape import Shape


class Cycle(Shape):
    """One SLA clock. In `breached`, `achieved_at` is when it was answered at last. A
    `cancelled` one with `breached_at` had passed its deadline unanswered."""

    due_at: Instant
    state: CycleState
    paused: bool
    achieved_at: Instant | None
    breached_at: Instant | None
    satisfied_by: SatisfiedBy | None = Field(
        description="`incident` when the notice of one was the response: the clock has stopped, "
        "though no agent has answered; null for an answer."
    )


class Sla(Shape):
    first_response: Cycle
    next_response: Cycle | None
    resolution: Cycle | None


class CountedWindow(Shape):
    since: Instant
    until: Instant


class LeftOutPause(Shape):
    since: Instant
    until: Instant | None = Field(description="Null while the ticket still waits for its user.")
    left_out_seconds: float = Field(description="The working time in it.")


class CountedHolidays(Shape):
    country: str
    version: int = Field(description="Counts the country's imports; 0 while there was none.")


class CountedTerms(Shape):
    since: Instant
    priority: Priority
    target_minutes: int
    calendar: str
    timezone: str
    policy_version: int
    policy_since: Instant = Field(description="Since when these promises have been in force.")
    holidays: CountedHolidays | None = Field(
        description="The imported holidays that the calendar went by; null when it names none."
    )
    due_at: Instant
    brought_by: str | None = Field(
        description="What brought these terms: `reprioritised`, `recounted`; null for the first."
    )
    is_after_breach: bool = Field(
        description="The deadline had been missed by then, so these terms change nothing."
    )


class CycleTrace(Cycle):
    """Why a clock is due when it is: the windows, and what is left while it stands, add up to the
    target of the decisive terms."""

    metric: Metric
    cycle: int
    cause: str | None = Field(
        description="Why the deadline was missed: `late`, or `reprioritised` or `recounted` when"
        " that moved it into the past; null when it was not missed."
    )
    started_at: Instant
    started_by: CycleStart | None = Field(
        description="What it counts from: the ticket `opened`, the oldest unanswered `message`, the"
        " message that `reopened` the ticket, or a question `inherited` by a merge."
    )
    inherited_at: Instant | None = Field(description="When the merge brought it.")
    inherited_from: int | None = Field(
        description="The ticket in which it had waited; null also when that is not known."
    )
    decisive: CountedTerms
    terms: list[CountedTerms] = Field(description="One after another, the decisive among them.")
    windows: list[CountedWindow]
    pauses: list[LeftOutPause]
    left_seconds: float | None = Field(
        description="What is left of the target while the clock stands: the windows end where that"
        " began, and `due_at` is as if it ran on at once. Null while it runs, and at its end."
    )


class TicketSla(Sla):
    trace: list[CycleTrace] | None = Field(
        description="Every clock of the ticket and how it was counted; null but for administrators."
    )
