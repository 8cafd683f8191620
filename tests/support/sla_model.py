"""The table of SLA.md read naively: what a ticket's deeds come to, counted hour by hour.

Shares nothing with `services/sla/domain` but the calendar's word on whether working time runs.
All moments lie on full hours, and so do the targets and their warnings.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from contracts.vocabulary import CycleState, Metric, Priority, TicketStatus
from services.sla.domain import Calendar, Cause, Edition, Target
from tests.support.sla_tickets import Act, Deed

HOUR = timedelta(hours=1)
FIRST, NEXT, RESOLUTION = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION
FINISHED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
RUNNING = (CycleState.PENDING, CycleState.IMMINENT_BREACH, CycleState.BREACHING)

Name = tuple[Metric, int]
Wait = tuple[datetime, datetime | None]


class Reading(NamedTuple):
    """What the table says of one cycle."""

    started_at: datetime
    due_at: datetime
    state: CycleState
    waits: tuple[Wait, ...]
    breached_at: datetime | None
    cause: Cause | None
    achieved_at: datetime | None
    is_by_incident: bool
    priority: Priority
    policy_version: int


@dataclass
class Owed:
    """Something is owed since `started_at`, by this ticket since `here_since`."""

    metric: Metric
    n: int
    started_at: datetime
    here_since: datetime
    ended_at: datetime | None = None
    is_done: bool = False
    is_by_incident: bool = False
    waits: list[Wait] = field(default_factory=list)

    def end(self, at: datetime, *, is_done: bool, is_by_incident: bool = False) -> None:
        self.ended_at, self.is_done, self.is_by_incident = at, is_done, is_by_incident

    @property
    def stands_since(self) -> datetime | None:
        return next((since for since, until in self.waits if until is None), None)

    @cached_property
    def left_out(self) -> set[datetime]:
        """Every hour of the waits that are over."""
        hours = set[datetime]()
        for since, until in self.waits:
            hour = since
            while until is not None and hour < until:
                hours.add(hour)
                hour += HOUR
        return hours


class Terms(NamedTuple):
    """By what it is counted."""

    edition: Edition
    priority: Priority
    target: Target


class Late(NamedTuple):
    """The deadline `due_at` was missed, which came true at `at`."""

    at: datetime
    due_at: datetime
    cause: Cause


@dataclass(frozen=True)
class Table:
    """What stands at `now`. `editions` are the promises, the oldest first; at each of `recounts`
    what was open went by the newest."""

    deeds: Sequence[Deed]
    editions: Sequence[Edition]
    recounts: Sequence[datetime]
    now: datetime

    @cached_property
    def readings(self) -> dict[Name, Reading]:
        owed = [*words_owed(self._in_order), *resolutions_owed(self._in_order)]
        for one in owed:
            one.waits = waits_of(one, self._in_order)
        read = {(one.metric, one.n): self._read(one) for one in owed}
        return {name: reading for name, reading in read.items() if reading}

    @property
    def next_due_at(self) -> datetime | None:
        """When the word that is owed is due, unless its clock stands."""
        words = [reading for (metric, _), reading in self.readings.items() if metric != RESOLUTION]
        running = [word for word in words if word.state in RUNNING]
        dues = (word.due_at for word in running if not word.waits or word.waits[-1][1])
        return min(dues, default=None)

    def _read(self, owed: Owed) -> Reading | None:
        """None when nothing was promised."""
        late = self._lateness_of(owed)
        terms = self._terms_at(owed, late.at if late else self._last_moment(owed))
        if terms is None:
            return None
        due_at = late.due_at if late else due(owed, terms, as_if_it_ran_on=True)
        assert due_at is not None
        return Reading(
            owed.started_at,
            due_at,
            self._state(owed, terms, is_late=late is not None),
            tuple(owed.waits),
            late.at if late else None,
            late.cause if late else None,
            owed.ended_at if owed.is_done else None,
            owed.is_by_incident,
            terms.priority,
            terms.edition.policy.version,
        )

    def _state(self, owed: Owed, terms: Terms, *, is_late: bool) -> CycleState:
        if owed.ended_at is not None and not owed.is_done:
            return CycleState.CANCELLED
        if owed.is_done:
            return CycleState.BREACHED if is_late else CycleState.ACHIEVED
        if is_late:
            return CycleState.BREACHING
        marks = [due(owed, terms, share=share) for share in terms.target.warnings]
        is_warned = any(mark is not None and mark <= self.now for mark in marks)
        return CycleState.IMMINENT_BREACH if is_warned else CycleState.PENDING

    def _lateness_of(self, owed: Owed) -> Late | None:
        """Look at the clock every hour: is it past the deadline that is in force then?"""
        at, due_at = owed.here_since, None
        changes = {at, *self.recounts, *(change.at for change in self._priorities)}
        while at <= self.now and (owed.ended_at is None or at < owed.ended_at):
            if at in changes and (terms := self._terms_at(owed, at)):
                due_at = due(owed, terms)
            if due_at is not None and due_at <= at:
                return Late(at, due_at, self._cause(owed, at, due_at))
            at += HOUR
        return None

    def _cause(self, owed: Owed, at: datetime, due_at: datetime) -> Cause:
        """A deadline that is past when it comes into force was moved there."""
        if at in {due_at, owed.here_since}:
            return Cause.LATE
        is_reprioritised = any(change.at == at for change in self._priorities)
        return Cause.REPRIORITISED if is_reprioritised else Cause.RECOUNTED

    def _terms_at(self, owed: Owed, at: datetime) -> Terms | None:
        """The promises of the start, or those of the last recount since, each if there are any."""
        edition = None
        recounts = sorted(moment for moment in self.recounts if owed.here_since < moment <= at)
        for moment in [owed.started_at, *recounts]:
            newest = [one for one in self.editions if one.since <= moment][-1]
            if owed.metric in newest.policy.targets:
                edition = newest
        if edition is None:
            return None
        begun = [change for change in self._priorities if change.at <= at]
        priority = Priority((begun or self._priorities[:1])[-1].what)
        return Terms(edition, priority, edition.policy.targets[owed.metric][priority])

    def _last_moment(self, owed: Owed) -> datetime:
        """The last moment at which something could still change its terms."""
        return max(owed.here_since, owed.ended_at - HOUR) if owed.ended_at else self.now

    @cached_property
    def _priorities(self) -> list[Deed]:
        return [deed for deed in self._in_order if isinstance(deed.what, Priority)]

    @cached_property
    def _in_order(self) -> list[Deed]:
        """Of what happened at one moment, what was told first comes first."""
        return sorted(self.deeds, key=lambda deed: (deed.at, deed.version))


def words_owed(deeds: Sequence[Deed]) -> list[Owed]:
    """The first response until somebody has spoken, next responses after that. Of a question that
    waits and one that a merge brings, the older one."""
    owed, metric = list[Owed](), FIRST
    for at, _, what, since in deeds:
        current = owed[-1] if owed and owed[-1].ended_at is None else None
        if what in FINISHED and current:
            current.end(at, is_done=False)
        elif what is Act.ANSWERED or (what is Act.NOTICED and metric is FIRST):
            metric = NEXT
            if current:
                current.end(at, is_done=True, is_by_incident=what is Act.NOTICED)
        elif what in {Act.ASKED, Act.INHERITED}:
            if current and since and since < current.started_at:
                current.end(at, is_done=False)
            if not current or current.ended_at:
                n = sum(one.metric is metric for one in owed) + 1
                owed.append(Owed(metric, n, since or at, at))
    return owed


def resolutions_owed(deeds: Sequence[Deed]) -> list[Owed]:
    """One from the opening to the end, and one more from each reopening."""
    owed = list[Owed]()
    for at, _, what, _ in deeds:
        if isinstance(what, TicketStatus):
            current = owed[-1] if owed and owed[-1].ended_at is None else None
            if what in FINISHED and current:
                current.end(at, is_done=what is TicketStatus.RESOLVED)
            elif what not in FINISHED and not current:
                owed.append(Owed(RESOLUTION, len(owed) + 1, at, at))
    return owed


def waits_of(owed: Owed, deeds: Sequence[Deed]) -> list[Wait]:
    """When the ticket waited for its user meanwhile; a first response waits for nobody."""
    statuses = [deed for deed in deeds if isinstance(deed.what, TicketStatus)]
    waits = list[Wait]()
    for deed, after in zip(statuses, [*statuses[1:], None], strict=True):
        since = max(deed.at, owed.here_since)
        ends = [end for end in (after and after.at, owed.ended_at) if end is not None]
        until = min(ends, default=None)
        is_wait = deed.what is TicketStatus.WAITING and owed.metric is not FIRST
        if is_wait and (until is None or since < until):
            waits.append((since, until))
    return waits


def due(
    owed: Owed, terms: Terms, *, share: float = 1.0, as_if_it_ran_on: bool = False
) -> datetime | None:
    """When that share of the target is worked through, counted from the start; None if it never is
    because the clock stands."""
    calendar = terms.edition.policy.calendars[terms.target.calendar]
    at, left = owed.started_at, round(terms.target.minutes * share / 60)
    stands_since = None if as_if_it_ran_on else owed.stands_since
    while left:
        if stands_since is not None and at >= stands_since:
            return None
        left -= at not in owed.left_out and is_open(calendar, at)
        at += HOUR
    return at


_open = dict[str, dict[datetime, bool]]()


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Asked of the calendar once for each hour."""
    known = _open.setdefault(calendar.name, {})
    if at not in known:
        known[at] = calendar.is_open(at)
    return known[at]
