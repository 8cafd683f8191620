"""What the desk's file promises, and the words of the domain for it."""

from typing import Any, Self

from pydantic import ValidationError

from contracts.desk import CalendarRule, Desk, Part, Share, Zone
from contracts.vocabulary import Metric, Priority
from services.sla.domain import BadCalendar, Calendar, Policy, Target, read_calendar
from services.sla.domain.calendar import WEEKDAYS


class TargetRule(Part):
    minutes: int
    calendar: str
    warn_at: list[Share]


class Rules(Part):
    """The part of `support.toml` that moves a deadline. It is kept as it stands here: a change of
    this class must still read what older code stored."""

    policy_version: int
    timezone: Zone
    targets: dict[Metric, dict[Priority, TargetRule]]
    calendars: dict[str, CalendarRule]

    @classmethod
    def of(cls, desk: Desk) -> Self:
        """Take the rules out of the whole file."""
        promised: dict[Metric, dict[Priority, int | None]] = {
            Metric.FIRST_RESPONSE: {r.id: r.first_response_minutes for r in desk.priorities},
            Metric.NEXT_RESPONSE: {r.id: r.next_response_minutes for r in desk.priorities},
            Metric.RESOLUTION: {r.id: r.resolution_minutes for r in desk.priorities},
        }
        counted = {rule.id: (rule.calendar, rule.warn_at) for rule in desk.priorities}
        return cls(
            policy_version=desk.policy_version,
            timezone=desk.timezone,
            targets={
                metric: {
                    priority: TargetRule(
                        minutes=minutes, calendar=counted[priority][0], warn_at=counted[priority][1]
                    )
                    for priority, minutes in by_priority.items()
                    if minutes is not None
                }
                for metric, by_priority in promised.items()
                if None not in by_priority.values()
            },
            calendars=desk.calendars,
        )

    def policy(self) -> Policy:
        """Raises BadCalendar when `calendar_faults` has something."""
        return Policy(
            version=self.policy_version,
            targets={
                metric: {
                    priority: Target(rule.minutes, rule.calendar, tuple(rule.warn_at))
                    for priority, rule in by_priority.items()
                }
                for metric, by_priority in self.targets.items()
            },
            calendars={
                name: _read_calendar(name, self.timezone, rule)
                for name, rule in self.calendars.items()
            },
        )


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
