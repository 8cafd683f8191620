"""Why a clock is due when it is, minute by minute."""

from contracts.event import Instant, Message
from contracts.sla.views import CycleView
from contracts.vocabulary import CycleStart, Metric, Priority


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


class CountedHolidays(Message):
    """The imported holidays by which a calendar went; `version` 0 while none were imported."""

    country: str
    version: int


class CountedTerms(Message):
    """What a clock was counted by from `since` on, and the deadline this made. `cause` is what
    brought these terms: `late` for the first, `reprioritised`, `recounted`. `is_after_breach`: the
    deadline had been missed by `since`, so these terms change nothing any more. `holidays` is None
    when the calendar names no country."""

    since: Instant
    priority: Priority
    target_minutes: int
    calendar: str
    timezone: str
    policy_version: int
    policy_since: Instant
    due_at: Instant
    cause: str
    is_after_breach: bool = False
    holidays: CountedHolidays | None = None

    @property
    def brought_by(self) -> str | None:
        """What brought these terms, None for the first: not to be taken for a breach's cause."""
        return None if self.cause == "late" else self.cause


class CycleExplanation(CycleView):
    """Why a clock is due at `due_at`: from `started_at` on `decisive` was counted, window by
    window, without the pauses. While the clock stands the windows end where that began, and
    `left_seconds` is what is left of the target, from which `due_at` tells when it would be due if
    the clock ran on at once; None while it runs, and when a version told that did not know it.
    `terms` are all terms one after another, `decisive` among them.
    `cause` is that of the breach, as in `SlaBreached`; None when the deadline was not missed.
    `started_by` tells what was at `started_at`; of what was inherited, `inherited_at` is when the
    merge brought it and `inherited_from` the ticket it is from, None when that was not heard."""

    metric: Metric
    cycle: int
    started_at: Instant
    decisive: CountedTerms
    terms: list[CountedTerms]
    windows: list[CountedWindow]
    pauses: list[LeftOutPause]
    cause: str | None = None
    started_by: CycleStart | None = None
    inherited_at: Instant | None = None
    inherited_from: int | None = None
    left_seconds: float | None = None


class TicketExplanation(Message):
    """Every clock of a ticket, responses first, each kind in the order in which it began."""

    ticket_id: int
    cycles: list[CycleExplanation]
