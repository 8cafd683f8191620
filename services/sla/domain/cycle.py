"""A ticket's clocks as they are kept: what was heard, what follows, and what has been said."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from contracts.vocabulary import CycleState, Metric, Priority, SatisfiedBy
from services.sla.domain.breach import Verdict
from services.sla.domain.duties import Duty
from services.sla.domain.facts import History
from services.sla.domain.terms import Cause

RUNNING = (CycleState.PENDING, CycleState.IMMINENT_BREACH, CycleState.BREACHING)
RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)


class Agent(NamedTuple):
    """Whose clock it was."""

    id: str
    name: str


@dataclass(frozen=True)
class Cycle:
    """One clock: (ticket, metric, n) names it. `due_at` was counted by `priority` and the policy
    of that version.

    `agent` had the ticket when the clock was decided: at the answer when that was in time, at the
    deadline when it was missed. While it runs it is who has the ticket now.
    """

    duty: Duty
    verdict: Verdict
    policy_version: int
    priority: Priority
    agent: Agent | None = None

    @property
    def metric(self) -> Metric:
        return self.duty.metric

    @property
    def n(self) -> int:
        return self.duty.n

    @property
    def state(self) -> CycleState:
        return self.verdict.state

    @property
    def next_at(self) -> datetime | None:
        """When the scan must look again, None when time alone changes nothing any more."""
        return self.verdict.next_at

    @property
    def due_at(self) -> datetime:
        return self.verdict.due_at

    @property
    def is_paused(self) -> bool:
        return self.duty.paused_since is not None

    @property
    def next_due_at(self) -> datetime | None:
        """The deadline while the clock runs, also when it has passed."""
        return self.due_at if self.state in RUNNING and not self.is_paused else None

    @property
    def achieved_at(self) -> datetime | None:
        """When it was answered or resolved, in time or late."""
        return self.duty.fulfilled_at

    @property
    def satisfied_by(self) -> SatisfiedBy | None:
        """What fulfilled it, when it was not an agent's answer or the resolution."""
        return SatisfiedBy.INCIDENT if self.duty.is_by_incident else None

    @property
    def breached_at(self) -> datetime | None:
        return self.verdict.breach.at if self.verdict.breach else None

    @property
    def cause(self) -> Cause | None:
        """What made the deadline be missed, None when it was not."""
        return self.verdict.breach.cause if self.verdict.breach else None


class Mark(NamedTuple):
    """Something that has been said about the duty of that metric that started then."""

    metric: Metric
    started_at: datetime
    what: str


@dataclass(frozen=True, kw_only=True)
class TicketClock:
    """All clocks of one ticket. `revision` grows whenever one of them has something to say.

    `cycles` follow from `history`, the editions of the promises, the moments `recounted_at` from
    which what then ran goes by the edition then in force, and the time `judged_at`.
    """

    ticket_id: int
    revision: int = 0
    history: History
    cycles: tuple[Cycle, ...]
    judged_at: datetime
    said: frozenset[Mark] = frozenset()
    recounted_at: tuple[datetime, ...] = ()

    @property
    def next_at(self) -> datetime | None:
        """When the scan must look again, None when time alone changes nothing any more."""
        looks = (cycle.next_at for cycle in self.cycles)
        return min((at for at in looks if at is not None), default=None)

    @property
    def next_due_at(self) -> datetime | None:
        """When the next word to the user is due, None while none is owed."""
        dues = (cycle.next_due_at for cycle in self.cycles if cycle.metric in RESPONSES)
        return min((at for at in dues if at is not None), default=None)

    def latest(self, metric: Metric) -> Cycle | None:
        """The cycle of that metric that began last."""
        return next((c for c in reversed(self.cycles) if c.metric is metric), None)
