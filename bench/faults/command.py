"""All measurements of the promises, one after the other."""

from collections.abc import Callable, Sequence

import click

from bench.faults import alerts, banner, events, kills, overload, points, poison, soak
from bench.faults.report import Report

MEASUREMENTS: dict[str, Callable[..., None]] = {
    "kills": kills.measure,
    "points": points.measure,
    "events": events.measure,
    "alerts": alerts.measure,
    "banner": banner.measure,
    "poison": poison.measure,
    "soak": soak.measure,
    "overload": overload.measure,
}


def run(names: Sequence[str], *, long: bool) -> bool:
    """Measure all, or those named; did every promise hold?"""
    if unknown := set(names) - set(MEASUREMENTS):
        known = ", ".join(MEASUREMENTS)
        raise click.UsageError(f"There is no {', '.join(sorted(unknown))}: choose from {known}.")
    report = Report()
    for name in names or MEASUREMENTS:
        click.echo(f"\n{name}")
        MEASUREMENTS[name](report, long=long)
    for broken in report.broken:
        click.echo(f"BROKEN   {broken}", err=True)
    return not report.broken
