"""What is promised: how many working minutes, by which calendar, warned when; and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.vocabulary import Metric, Priority
from services.sla.domain.calendar import Calendar


class BadPolicy(ValueError):
    """The policy promises nothing that can be kept; the text says what to change."""


@dataclass(frozen=True)
class Target:
    """One promise. `warnings` are shares of the working time, in growing order."""

    minutes: int
    calendar: str
    warnings: tuple[float, ...] = (0.8,)

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise BadPolicy(f"a target of {self.minutes} minutes is none; give at least 1")
        for share in self.warnings:
            if not 0 < share < 1:
                raise BadPolicy(f"a warning at {share} is none; give a share such as 0.8")
        object.__setattr__(self, "warnings", tuple(sorted(set(self.warnings))))

    @property
    def working(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Policy:
    """The promises in force together, and the calendars that count them.

    A metric that is promised is promised for every priority; the first response always is.
    """

    version: int
    targets: Mapping[Metric, Mapping[Priority, Target]]
    calendars: Mapping[str, Calendar]

    def __post_init__(self) -> None:
        for metric in {Metric.FIRST_RESPONSE, *self.targets}:
            given = self.targets.get(metric, {})
            if missing := [priority for priority in Priority if priority not in given]:
                name = metric.replace("_", " ")
                raise BadPolicy(f"no {name} target for {', '.join(missing)}")
        named = {t.calendar for by in self.targets.values() for t in by.values()}
        if unknown := sorted(named - set(self.calendars)):
            raise BadPolicy(f"no calendar {', '.join(unknown)}, by which a target is counted")


@dataclass(frozen=True)
class Edition:
    """A policy, and since when it has been in force."""

    since: datetime
    policy: Policy


def in_force(editions: Sequence[Edition], at: datetime) -> Edition:
    """The edition in force at that moment.

    `editions` is not empty, the oldest first; that one is also for whatever was before it.
    """
    begun = [edition for edition in editions if edition.since <= at]
    return begun[-1] if begun else editions[0]
