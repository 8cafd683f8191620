"""What the desk's file promises, and the words of the domain for it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Self

from pydantic import Field, ValidationError

from contracts.desk import CalendarRule, Desk, Part
from contracts.desk_values import Share, Zone
from contracts.vocabulary import Metric, Priority
from services.sla.almanac import Almanac
from services.sla.domain import (
    BadCalendar,
    Calendar,
    HolidaysVersion,
    Policy,
    Target,
    overriding_dates,
    read_calendar,
)
from services.sla.domain.calendar import WEEKDAYS


class TargetRule(Part):
    minutes: int
    calendar: str
    warn_at: list[Share]


class Imported(Part):
    """A country's holidays as they stood in one version: days off, and weekend days worked."""

    version: int
    free: list[date] = Field(default_factory=list)
    working: list[date] = Field(default_factory=list)

    @classmethod
    def of(cls, almanac: Almanac) -> Self:
        return cls(
            version=almanac.version,
            free=[holiday.day for holiday in almanac.days if not holiday.is_working],
            working=[holiday.day for holiday in almanac.days if holiday.is_working],
        )


NOTHING = Imported(version=0)


class Rules(Part):
    """What moves a deadline: that part of `support.toml`, and the holidays that its calendars name
    by country. It is kept as it stands here, whole, so that nothing told later moves what runs; a
    change of this class must still read what older code stored."""

    policy_version: int
    timezone: Zone
    targets: dict[Metric, dict[Priority, TargetRule]]
    calendars: dict[str, CalendarRule]
    imported: dict[str, Imported] = Field(default_factory=dict)
    """By country. No part of the file."""

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
        """Raises BadCalendar when `calendar_faults` has something, or the holidays do not fit."""
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
                name: _read_calendar(name, self.timezone, rule, self._imported_for(rule))
                for name, rule in self.calendars.items()
            },
        )

    @property
    def as_written(self) -> Self:
        """The file's part alone."""
        return self.model_copy(update={"imported": {}})

    @property
    def countries(self) -> list[str]:
        """Those that calendars name."""
        return sorted({rule.country for rule in self.calendars.values() if rule.country})

    def going_by(self, almanacs: Iterable[Almanac]) -> Self:
        """The same with these instead of what was imported for their countries before."""
        newer = {one.country: Imported.of(one) for one in almanacs if one.country in self.countries}
        return self.model_copy(update={"imported": self.imported | newer})

    def _imported_for(self, rule: CalendarRule) -> Imported:
        return self.imported.get(rule.country or "", NOTHING)


def calendar_faults(file: Any) -> list[str]:
    """What is wrong with each calendar of a file that may be wrong in any other part."""
    written = file.get("calendars") if isinstance(file, dict) else None
    faults = []
    for name, rule in (written if isinstance(written, dict) else {}).items():
        try:
            _read_calendar(name, "UTC", CalendarRule.model_validate(rule), NOTHING)
        except ValidationError:
            continue  # told by the contract
        except BadCalendar as fault:
            faults.append(str(fault))
    return faults


def _read_calendar(name: str, zone: str, rule: CalendarRule, imported: Imported) -> Calendar:
    """What the file says of a date goes before what was imported. A date that it gives windows
    works by them, also when it is listed as a holiday."""
    dates: dict[date, Sequence[str]] = {
        **overriding_dates(rule.week, imported.free, imported.working),
        **dict.fromkeys(rule.holidays, ()),
        **rule.dates,
    }
    written = {day.isoformat(): windows for day, windows in dates.items()}
    week = dict(zip(WEEKDAYS, rule.week, strict=True))
    holidays = HolidaysVersion(rule.country, imported.version) if rule.country else None
    return read_calendar(name, zone, week=week, dates=written, holidays=holidays)
