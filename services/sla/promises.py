"""What the desk's file promises, put in the words of the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.desk import CalendarRule, Desk
from contracts.vocabulary import Priority
from services.sla.domain import BadCalendar, Calendar, Policy, Target, read_calendar
from services.sla.domain.calendar import WEEKDAYS
from services.sla.domain.clocks import deadline

A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Promises:
    """The policy in force and the calendars its targets count by."""

    policy: Policy
    calendars: Mapping[str, Calendar]

    def first_response_due(self, priority: Priority, started_at: datetime) -> datetime:
        """The deadline that a ticket opened now with this priority gets."""
        target = self.policy.first_response[priority]
        return deadline(started_at, target, self.calendars[target.calendar]).due_at

    def lay_out_years(self, now: datetime) -> None:
        """Lay the calendars' years around `now` out at once, so that no first ticket waits."""
        for calendar in self.calendars.values():
            calendar.between(now - A_YEAR, now + A_YEAR)


def read_promises(desk: Desk) -> Promises:
    """Read targets and calendars. Raises BadCalendar that tells every calendar's fault."""
    calendars, faults = {}, []
    for name, rule in desk.calendars.items():
        try:
            calendars[name] = _read_calendar(name, desk.timezone, rule)
        except BadCalendar as fault:
            faults.append(str(fault))
    if faults:
        raise BadCalendar("; ".join(faults))
    targets = {
        rule.id: Target(rule.first_response_minutes, rule.calendar, tuple(rule.warn_at))
        for rule in desk.priorities
    }
    return Promises(Policy(desk.policy_version, targets), calendars)


def _read_calendar(name: str, zone: str, rule: CalendarRule) -> Calendar:
    """A date that is given windows works by them, also when it is listed as a holiday."""
    holidays: dict[str, list[str]] = {day.isoformat(): [] for day in rule.holidays}
    dates = {day.isoformat(): windows for day, windows in rule.dates.items()}
    week = dict(zip(WEEKDAYS, rule.week, strict=True))
    return read_calendar(name, zone, week=week, dates=holidays | dates)
