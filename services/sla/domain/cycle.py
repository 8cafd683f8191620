"""A cycle as it is kept: what was heard, what follows from it, and what has been said about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from contracts.vocabulary import CycleState, Metric, Priority
from services.sla.domain.breach import Verdict
from services.sla.domain.clocks import Deadline, Duty
from services.sla.domain.facts import History

RUNNING = (CycleState.PENDING, CycleState.IMMINENT_BREACH, CycleState.BREACHING)


class Mark(NamedTuple):
    """Something that has been said about the duty that started then."""

    started_at: datetime
    what: str


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """The first-response clock of one ticket. `revision` grows whenever it has something to say.

    One ticket has one: when an unanswered ticket is reopened, `duty.n` goes up and the duty before
    it, cancelled, is gone from the figures.
    """

    ticket_id: int
    metric: Metric = Metric.FIRST_RESPONSE
    revision: int = 0
    policy_version: int
    history: History
    duty: Duty
    deadlines: Mapping[Priority, Deadline]
    verdict: Verdict
    judged_at: datetime
    said: frozenset[Mark] = frozenset()

    @property
    def n(self) -> int:
        return self.duty.n

    @property
    def state(self) -> CycleState:
        return self.verdict.state

    @property
    def due_at(self) -> datetime:
        return self.verdict.due_at

    @property
    def next_at(self) -> datetime | None:
        """When the scan must look again."""
        return self.verdict.next_at

    @property
    def next_due_at(self) -> datetime | None:
        """The deadline while the clock runs, also when it has passed."""
        return self.verdict.due_at if self.state in RUNNING else None

    @property
    def achieved_at(self) -> datetime | None:
        """When it was answered, in time or late."""
        return self.duty.answered_at

    @property
    def breached_at(self) -> datetime | None:
        return self.verdict.breach.at if self.verdict.breach else None
