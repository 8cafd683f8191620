"""How many promises were kept in a period, counted in the database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from contracts.sla import AgentCompliance, Compliance, GetSlaStats, SlaStats, WeekCompliance
from contracts.vocabulary import Category, CycleState, Metric, Priority, SatisfiedBy
from services.sla.domain import Cause
from services.sla.models import CycleRow

GROUPS = (CycleRow.priority, CycleRow.category, CycleRow.agent_id, CycleRow.agent_name)
A_WEEK = timedelta(days=7)
MET = "met"
CLOSED_UNANSWERED = "closed_unanswered"


class Tally(NamedTuple):
    """So many clocks were decided alike: met, by an incident's notice or not, breached by that
    cause, or breached and then cancelled without an answer. `week` counts from the first week of
    the period."""

    outcome: str
    priority: str
    category: str
    agent_id: str | None
    agent_name: str | None
    week: int
    clocks: int


class Kind(NamedTuple):
    """Clocks that ended alike: which, by what, and when each was decided."""

    is_so: ColumnElement[bool]
    outcome: Any
    moment: Any


IS_LATE = CycleRow.state.in_([CycleState.BREACHING, CycleState.BREACHED])
KINDS = (
    Kind(
        CycleRow.state == CycleState.ACHIEVED,
        func.coalesce(CycleRow.satisfied_by, MET),
        CycleRow.achieved_at,
    ),
    Kind(IS_LATE, CycleRow.cause, CycleRow.breached_at),
    Kind(
        (CycleRow.state == CycleState.CANCELLED) & CycleRow.breached_at.is_not(None),
        literal(CLOSED_UNANSWERED),
        CycleRow.breached_at,
    ),
)


def get_sla_stats(session: Session, query: GetSlaStats, zone: ZoneInfo, now: datetime) -> SlaStats:
    """First responses decided in [from_at, to_at): given in time, or found late.

    A breach that was withdrawn is none, and a cancelled cycle no longer applies: had it been
    breached by then, it is counted apart. Weeks are those
    of the zone, from the first with a decision to the last, or to this one.
    """
    mondays = _mondays(session, query, zone, now)
    tallies = _tallies(session, query, [_midnight(monday, zone) for monday in mondays[1:]])
    return SlaStats.of(
        *_decided(tallies),
        reprioritised=_total(tallies, Cause.REPRIORITISED),
        recounted=_total(tallies, Cause.RECOUNTED),
        closed_unanswered=_total(tallies, CLOSED_UNANSWERED),
        by_incident=_total(tallies, SatisfiedBy.INCIDENT),
        by_priority={one: Compliance.of(*_decided(tallies, priority=one)) for one in Priority},
        by_category={one: Compliance.of(*_decided(tallies, category=one)) for one in Category},
        by_agent=_by_agent(tallies),
        by_week=[
            WeekCompliance.of(
                *_decided(tallies, week=number), week=f"{monday:%G-W%V}", starts_on=monday
            )
            for number, monday in enumerate(mondays)
        ],
    )


def _tallies(session: Session, query: GetSlaStats, later_weeks: list[datetime]) -> list[Tally]:
    found = list[Tally]()
    for kind in KINDS:
        groups = [kind.outcome, *GROUPS, _week(kind.moment, later_weeks)]
        labelled = [group.label(f"group_{place}") for place, group in enumerate(groups)]
        counted = select(*labelled, func.count()).where(*_is_meant(kind, query))
        found += [Tally._make(row) for row in session.execute(counted.group_by(*labelled))]
    return found


def _is_meant(kind: Kind, query: GetSlaStats) -> list[ColumnElement[bool]]:
    is_within = (kind.moment >= query.from_at) & (kind.moment < query.to_at)
    return [kind.is_so, CycleRow.metric == Metric.FIRST_RESPONSE, is_within]


def _mondays(session: Session, query: GetSlaStats, zone: ZoneInfo, now: datetime) -> list[date]:
    """The Monday of each local week that is told; none while nothing has been decided."""
    ends = list[datetime]()
    for kind in KINDS:
        both = select(func.min(kind.moment), func.max(kind.moment))
        for row in session.execute(both.where(*_is_meant(kind, query))):
            ends += [end for end in row if end is not None]
    if not ends:
        return []
    last_of_period = min(now, query.to_at - timedelta(microseconds=1))
    first, last = min(ends).astimezone(zone), max(*ends, last_of_period).astimezone(zone)
    monday = first.date() - timedelta(days=first.weekday())
    return [monday + A_WEEK * number for number in range((last.date() - monday).days // 7 + 1)]


def _week(moment: Any, later_weeks: list[datetime]) -> ColumnElement[int]:
    """The number of the week a moment lies in, by the beginnings of all but the first."""
    if not later_weeks:
        return literal(0)
    begun = [(moment < begin, number) for number, begin in enumerate(later_weeks)]
    return case(*begun, else_=len(later_weeks))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _by_agent(tallies: Sequence[Tally]) -> list[AgentCompliance]:
    """Who decided most comes first. An agent who changed names is told by one of them."""
    names = {tally.agent_id: tally.agent_name for tally in tallies if tally.agent_id}
    figures = [
        AgentCompliance.of(*_decided(tallies, agent_id=agent_id), agent=name, agent_id=agent_id)
        for agent_id, name in sorted(names.items())
    ]
    decided = [figure for figure in figures if figure.met + figure.breached]
    return sorted(decided, key=lambda figure: -(figure.met + figure.breached))


def _decided(tallies: Sequence[Tally], **alike: object) -> tuple[int, int]:
    """How many of those alike were met, and how many breached."""
    found = [t for t in tallies if all(getattr(t, name) == value for name, value in alike.items())]
    return _total(found, MET), _total(found, Cause.LATE)


def _total(tallies: Sequence[Tally], outcome: str) -> int:
    return sum(tally.clocks for tally in tallies if tally.outcome == outcome)
