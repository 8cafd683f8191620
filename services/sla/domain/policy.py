"""What is promised: for each priority how many working minutes, by which calendar, warned when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from contracts.vocabulary import Priority


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
    """The promises in force together. `version` names them in every cycle that started by them."""

    version: int
    first_response: Mapping[Priority, Target]

    def __post_init__(self) -> None:
        missing = [priority for priority in Priority if priority not in self.first_response]
        if missing:
            raise BadPolicy(f"no first response target for {', '.join(missing)}")

    def calendars_missing(self, known: Mapping[str, object]) -> list[str]:
        """Name the calendars that a target asks for and nobody has drawn up."""
        return sorted({t.calendar for t in self.first_response.values()} - set(known))
