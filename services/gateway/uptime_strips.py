"""The components on the status page: how each is, and how it did, a bar for every day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.numbers import format_percent

from contracts.incidents import ComponentView
from contracts.vocabulary import ComponentStatus
from services.gateway.status_board import Knowledge
from services.gateway.uptime import DAYS, Day, Span, Uptime, uptime
from services.gateway.wall_clock import WallClock


@dataclass(frozen=True)
class Bar:
    """A day: how it was at its worst (None: nobody kept count), and all of it in words."""

    worst: ComponentStatus | None
    told: str


@dataclass(frozen=True)
class Strip:
    """`share` is the uptime in words and `period` of when it is; without a share nothing was
    counted. `troubles` are the days that were not all well, latest first."""

    component: ComponentView
    bars: Sequence[Bar]
    share: str | None
    period: str
    troubles: Sequence[str]


def strips(
    known: Knowledge, components: Sequence[ComponentView], now: datetime, clock: WallClock
) -> list[Strip]:
    """Of every component, up to when the facts were last confirmed: later ones nobody knows."""
    counted = _counted(known, now)
    story = known.view.stretches if known.view else []
    shown = []
    for component in components:
        own = [stretch for stretch in story if stretch.component == component.id]
        found = uptime(own, counted, clock.date_of(now), clock.zone)
        shown.append(_strip(component, found, counted, clock))
    return shown


def _counted(known: Knowledge, now: datetime) -> Span:
    if known.view is None or known.view.known_since is None or known.confirmed_at is None:
        return Span(now, now)
    return Span(known.view.known_since, min(known.confirmed_at, now))


def _strip(component: ComponentView, found: Uptime, counted: Span, clock: WallClock) -> Strip:
    return Strip(
        component=component,
        bars=[Bar(day.worst, _told(day, clock)) for day in found.days],
        share=_share(found, clock),
        period=_period(found, counted, clock),
        troubles=[_told(day, clock) for day in found.eventful],
    )


def _share(found: Uptime, clock: WallClock) -> str | None:
    if found.hundredths is None:
        return None
    digits = "0" if found.hundredths == 10_000 else "0.00"
    pattern = f"{digits}\xa0%" if clock.words.language == "ru" else f"{digits}%"
    share = Decimal(found.hundredths) / 10_000
    return format_percent(share, pattern, locale=clock.words.language)


def _period(found: Uptime, counted: Span, clock: WallClock) -> str:
    first = clock.date_of(counted.since)
    if first > found.days[0].date:
        return clock.words("uptime.since", day=clock.day(first))
    return clock.words.plural("uptime.days", DAYS)


def _told(day: Day, clock: WallClock) -> str:
    """The day, and what happened on it, the worst first."""
    if day.worst is None:
        happened = clock.words("uptime.unknown")
    elif not day.lasted:
        happened = clock.words("uptime.operational")
    else:
        happened = ", ".join(
            clock.words(f"uptime.{status}", length=clock.length(day.lasted[status]))
            for status in reversed(ComponentStatus)
            if status in day.lasted
        )
    return f"{clock.day(day.date)}: {happened}"
