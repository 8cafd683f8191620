"""All measurements of the clocks, one after the other."""

import os
from collections.abc import Callable, Collection, Sequence

import click

from bench.faults.report import Report, chosen
from bench.sla import deadlines, kills, lateness, scan
from bench.sla.filling import filled_database
from bench.sla.replicas import Sla, lone_sla

PROCESSES: dict[str, Callable[[Report, Sla, float], None]] = {
    "burst": lateness.measure_burst,
    "stream": lateness.measure_stream,
    "outage": lateness.measure_outage,
    "kills": kills.measure,
}
"""What is measured on real processes; the others need none."""
NAMES = ("deadline", "scan", *PROCESSES)


def run(names: Sequence[str], kinds: Sequence[str], *, cycles: int, seconds: float) -> bool:
    """Measure all, or those named; did every promise hold?"""
    wanted, report = chosen(names, NAMES), Report()
    if "deadline" in wanted:
        click.echo("\ndeadline")
        deadlines.measure(report)
    if set(wanted) - {"deadline"}:
        for kind in kinds:
            _measure_on(kind, wanted, report, cycles=cycles, seconds=seconds)
    return report.has_held()


def _measure_on(
    kind: str, wanted: Collection[str], report: Report, *, cycles: int, seconds: float
) -> None:
    click.echo(f"\n{kind}")
    report.tell(f"load of the machine {os.getloadavg()[0]:.1f}, on {os.cpu_count()} processors")
    with filled_database(kind, cycles, report) as filled:
        if "scan" in wanted:
            scan.measure(report, filled)
        if not set(wanted) & set(PROCESSES):
            return
        with lone_sla(filled) as sla:
            for name in wanted:
                if name in PROCESSES:
                    PROCESSES[name](report, sla, seconds)
