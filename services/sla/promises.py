"""What the desk's file promises, put in the words of the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

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
    """Read targets and calendars. Raises BadCalendar when `calendar_faults` has something."""
    calendars = {
        name: _read_calendar(name, desk.timezone, rule) for name, rule in desk.calendars.items()
    }
    targets = {
        rule.id: Target(rule.first_response_minutes, rule.calendar, tuple(rule.warn_at))
        for rule in desk.priorities
    }
    return Promises(Policy(desk.policy_version, targets), calendars)


def calendar_faults(file: Any) -> list[str]:
    """What is wrong with each calendar of a file that may be wrong in any other part."""
    written = file.get("calendars") if isinstance(file, dict) else None
    faults = []
    for name, rule in (written if isinstance(written, dict) else {}).items():
        try:
            _read_calendar(name, "UTC", CalendarRule.model_validate(rule))
        except ValidationError:
            continue  # told by the contract
        except BadCalendar as fault:
            faults.append(str(fault))
    return faults


def _read_calendar(name: str, zone: str, rule: CalendarRule) -> Calendar:
    """A date that is given windows works by them, also when it is listed as a holiday."""
    holidays: dict[str, list[str]] = {day.isoformat(): [] for day in rule.holidays}
    dates = {day.isoformat(): windows for day, windows in rule.dates.items()}
    week = dict(zip(WEEKDAYS, rule.week, strict=True))
    return read_calendar(name, zone, week=week, dates=holidays | dates)
