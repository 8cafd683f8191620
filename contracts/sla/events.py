"""Facts about clocks. (ticket_id, metric, cycle) names a clock; each fact carries its ticket."""

from typing import ClassVar

from contracts.event import Event, Instant
from contracts.tickets.views import TicketFacts
from contracts.vocabulary import Escalation, Metric


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


class SlaWarningClimbed(CycleEvent):
    """A warning has led to nothing, and reaches whoever is next. Once per clock and level."""

    type: ClassVar = "sla.warning_climbed.v1"
    heard_by: ClassVar = frozenset({"bot"})

    level: Escalation


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
    `achieved_at` None) a lowered priority or a closing before the deadline, or that this was never
    owed, such as a first response to somebody who had been answered."""

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
