"""When an agent wants to be told: on duty or not, and quiet hours by the desk's clock, with what a
person writes of them. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.bot.arguments import WrongCall

SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—]\s*(\d{1,2}):(\d\d)\Z", re.ASCII)
ON = frozenset({"on", "вкл"})
OFF = frozenset({"off", "выкл"})


@dataclass(frozen=True)
class QuietHours:
    """From one time of day to another, over midnight when the end is before the begin."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True)
class Wishes:
    """When an agent wants to be told; whoever has said nothing is on duty around the clock."""

    is_on_duty: bool = True
    quiet: QuietHours | None = None

    @classmethod
    def kept(
        cls, is_off_duty: bool | None, quiet_from: time | None, quiet_to: time | None
    ) -> "Wishes":
        """As a row has them; of whoever has none all is None."""
        quiet = None
        if quiet_from is not None and quiet_to is not None:
            quiet = QuietHours(quiet_from, quiet_to)
        return cls(not is_off_duty, quiet)


def end_of_quiet(hours: QuietHours, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that it is now will end; None when it is not quiet."""
    local = now.astimezone(zone)
    at, is_night = local.time(), hours.end < hours.begin
    is_quiet = at >= hours.begin or at < hours.end if is_night else hours.begin <= at < hours.end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1) if is_night and at >= hours.begin else local.date()
    return datetime.combine(day, hours.end, zone)


def duty_of(argument: str) -> bool | None:
    """What `/duty` was given; None when it only asks. Raises WrongCall."""
    word = argument.casefold()
    if not word:
        return None
    if word not in ON | OFF:
        raise WrongCall("duty", "bot.wrong.on_or_off")
    return word in ON


def quiet_of(argument: str) -> QuietHours | None:
    """What `/quiet` was given: `22:00-08:00`, or `off` as None. Raises WrongCall."""
    if argument.casefold() in OFF:
        return None
    found = SPAN.match(argument)
    if found is None:
        raise WrongCall("quiet", "bot.wrong.no_such_hours" if argument else None)
    numbers = [int(part) for part in found.groups()]
    try:
        begin, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except ValueError:
        raise WrongCall("quiet", "bot.wrong.no_such_hours") from None
    if begin == end:
        raise WrongCall("quiet", "bot.wrong.no_quiet_span")
    return QuietHours(begin, end)
