"""The promises as they were in force one after another, so that a running clock keeps its own.

The file tells only the present. What it told before is kept in the database, where all replicas
find it: the one that first starts with a changed file adds an edition, and the others follow it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.storage.database import insert_if_absent
from contracts.desk import Desk
from contracts.errors import Invalid
from contracts.vocabulary import Metric, Priority
from services.sla.domain import BadCalendar, BadPolicy, Edition, in_force
from services.sla.domain.clocks import deadline
from services.sla.models import EditionRow
from services.sla.promises import Rules

A_YEAR = timedelta(days=366)


class Editions:
    """Shared by all workers of a process; asks the database only for what it has not seen yet."""

    def __init__(self, own: Rules, now: datetime) -> None:
        self._own = own
        self._unnoted = Edition(now, own.policy())
        self._known: tuple[Edition, ...] = ()
        self._rules: tuple[Rules, ...] = ()
        self._awaited: int | None = None
        """The number under which our own was added, in a transaction that may still fail."""
        self._is_noted = False

    def known_to(self, session: Session) -> Sequence[Edition]:
        """Tell all editions, the oldest first; before any is noted, the one of our own file."""
        is_newer = EditionRow.number > len(self._known)
        newer = session.scalars(select(EditionRow).where(is_newer).order_by(EditionRow.number))
        for row in newer:
            rules, before = Rules.model_validate(row.rules), row.number - 1
            self._rules = (*self._rules[:before], rules)
            self._known = (*self._known[:before], Edition(row.since, rules.policy()))
        return self._known or (self._unnoted,)

    def noted_in(self, session: Session, now: datetime) -> Sequence[Edition]:
        """The same, with our own file's added when we are the first to start with it."""
        known = self.known_to(session)
        self._is_noted = self._is_noted or self._finds_itself()
        if self._is_noted:
            return known
        self._awaited = len(self._known) + 1
        rules = self._own.model_dump(mode="json")
        insert_if_absent(session, EditionRow, number=self._awaited, since=now, rules=rules)
        return (*self._known, Edition(now, self._unnoted.policy))

    def of_file(self, desk: Desk, now: datetime) -> Edition:
        """What another file would promise from now on. Raises Invalid when that cannot be kept."""
        try:
            return Edition(now, Rules.of(desk).policy())
        except (BadCalendar, BadPolicy) as fault:
            raise Invalid(str(fault), {"file": str(fault)}) from fault

    def _finds_itself(self) -> bool:
        """Is our file in force, or was it until somebody came with another?"""
        newest = self._rules[-1:] == (self._own,)
        awaited = self._awaited is not None and self._rules[self._awaited - 1 :][:1] == (self._own,)
        return newest or awaited

    def dues_at_opening(self, priority: Priority, started_at: datetime) -> dict[Metric, datetime]:
        """The deadlines that a ticket opened now with this priority gets."""
        policy = in_force(self._known or (self._unnoted,), started_at).policy
        targets = {
            metric: by_priority[priority]
            for metric, by_priority in policy.targets.items()
            if metric is not Metric.NEXT_RESPONSE
        }
        return {
            metric: deadline(started_at, target, policy.calendars[target.calendar]).due_at
            for metric, target in targets.items()
        }

    def lay_out_years(self, now: datetime) -> None:
        """Lay the calendars' years around `now` out at once, so that no first ticket waits."""
        for calendar in self._unnoted.policy.calendars.values():
            calendar.between(now - A_YEAR, now + A_YEAR)
