"""All measurements of the promises, one after the other."""

from collections.abc import Callable, Sequence

import click

from bench.faults import (
    alerts,
    banner,
    events,
    kills,
    late_broker,
    outages,
    overload,
    points,
    poison,
    restarts,
    soak,
)
from bench.faults.report import Report, chosen

MEASUREMENTS: dict[str, Callable[..., None]] = {
    "kills": kills.measure,
    "outages": outages.measure,
    "points": points.measure,
    "restarts": restarts.measure,
    "events": events.measure,
    "alerts": alerts.measure,
    "late-broker": late_broker.measure,
    "banner": banner.measure,
    "poison": poison.measure,
    "soak": soak.measure,
    "overload": overload.measure,
}


def run(names: Sequence[str], databases: Sequence[str], *, long: bool) -> bool:
    """Measure all, or those named; did every promise hold?"""
    report = Report(databases)
    for name in chosen(names, MEASUREMENTS):
        click.echo(f"\n{name}")
        MEASUREMENTS[name](report, long=long)
    return report.has_held()
