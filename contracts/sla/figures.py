"""How many promises were kept."""

from datetime import date
from typing import Any, Self

from pydantic import Field

from contracts.event import Message
from contracts.vocabulary import Category, Priority


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
    """`agent` is a name, which others may have too; `agent_id` is as in `AgentView`, None when a
    version told that did not tell it. Clocks of tickets that nobody had are nobody's."""

    agent: str
    agent_id: str | None = None


class WeekCompliance(Compliance):
    """`week` is an ISO week such as `2026-W48`; `starts_on` is its Monday."""

    week: str
    starts_on: date


class SlaStats(Compliance):
    """First responses decided in a period, all and apart.

    `reprioritised` and `recounted` are breaches that a raised priority, or a recount by newer
    promises, made of what was in time until then; they are not among the breached, and neither
    are the `closed_unanswered`, whose tickets were resolved or closed without an answer after the
    deadline. `by_incident` were met by the notice of an incident; they are not among the met.
    Agents come with the most decided first, weeks oldest first, from the first with a decision on.
    """

    reprioritised: int = 0
    recounted: int = 0
    closed_unanswered: int = 0
    by_incident: int = 0
    by_priority: dict[Priority, Compliance] = Field(default_factory=dict)
    by_category: dict[Category, Compliance] = Field(default_factory=dict)
    by_agent: list[AgentCompliance] = Field(default_factory=list)
    by_week: list[WeekCompliance] = Field(default_factory=list)
