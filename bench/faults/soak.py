"""Does anything grow while the desk works on and on? Row 13 of docs/guarantees.md."""

import statistics
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bench.faults.desks import running_desk
from bench.faults.events import BORNE, refused_of
from bench.faults.kills import tell_verdict
from bench.faults.report import Report
from tests.support.breaking import BreakableDesk, control
from tests.support.history.load import Load
from tests.support.history.timetable import Pace
from tests.support.wiretap import rows

EVERY_SECONDS, SAMPLES_TO_A_LOOK = 5.0, 6
"""How often each process is looked at, and how often that before the desk as a whole is, for which
programs are started that take a processor for a second."""
STEADY = Pace().times(0.5)
"""Half the load of the faults: a pace that a small machine keeps for an hour."""
GROWTH, SLACK_MEGABYTES, SLACK = 1.10, 8, 5
"""Flat is: at most a tenth and a little more in the last quarter than in the second."""
CONNECTIONS, BACKENDS = "connections of the broker", "connections of PostgreSQL"
MESSAGES, UNPUBLISHED = "messages in all queues", "events that are not published yet"
SLACKS_TOGETHER = {CONNECTIONS: SLACK, BACKENDS: SLACK, MESSAGES: 20, UNPUBLISHED: 20}


@dataclass(frozen=True)
class Sample:
    """What a process holds."""

    megabytes: float
    descriptors: int


def measure(report: Report, *, long: bool) -> None:
    """An hour of load (three minutes in small) on each database."""
    for kind in report.kinds:
        with running_desk(kind) as breakable:
            load = Load(breakable.desk, breakable.agents, STEADY, is_patient=False)
            with load:
                _watch(breakable, report, 3_600.0 if long else 180.0, kind)
            refused, asked = refused_of(load), len(load.history.records)
            words = f"{refused} of {asked} refused: who does nothing does not grow ({BORNE:.0%})"
            report.promise(words, holds=refused <= BORNE * asked)
            tell_verdict(report, breakable, load, repeats_allowed=0)


def _watch(breakable: BreakableDesk, report: Report, seconds: float, kind: str) -> None:
    desk, until = breakable.desk, time.monotonic() + seconds
    held: dict[str, list[Sample]] = {name: [] for name in desk.members}
    together = defaultdict[str, list[int]](list)
    while time.monotonic() < until:
        for what, count in _held_together(breakable).items():
            together[what].append(count)
        for _ in range(SAMPLES_TO_A_LOOK):
            time.sleep(EVERY_SECONDS)  # the pace of the samples
            for name, samples in held.items():
                samples.append(_sample(desk.processes[name].pid))
    report.tell(f"{kind}, {seconds:.0f} s:")
    for name, samples in held.items():
        _flat(report, f"{name} MB", [one.megabytes for one in samples], SLACK_MEGABYTES)
        _flat(report, f"{name} descriptors", [one.descriptors for one in samples], SLACK)
    for what, counts in together.items():
        _flat(report, what, counts, SLACKS_TOGETHER[what])


def _flat(report: Report, what: str, values: list[float] | list[int], slack: float) -> None:
    quarter = max(1, len(values) // 4)
    before = statistics.median(values[quarter : 2 * quarter] or values)
    after = statistics.median(values[-quarter:])
    words = f"{what}: {before:.0f} → {after:.0f}"
    report.promise(words, holds=after <= before * GROWTH + slack)


def _sample(pid: int) -> Sample:
    """A process with its children."""
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    return Sample(sum(map(_megabytes, family)), sum(map(_descriptors, family)))


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _held_together(breakable: BreakableDesk) -> dict[str, int]:
    """What the desk as a whole holds, by the names of `SLACKS_TOGETHER`."""
    held = {
        CONNECTIONS: len(_told_by_broker(breakable, "list_connections", "pid")),
        MESSAGES: sum(map(int, _told_by_broker(breakable, "list_queues", "messages"))),
        UNPUBLISHED: rows(breakable.desk, "outbox WHERE published_at IS NULL"),
    }
    if breakable.desk.databases:
        held[BACKENDS] = rows(breakable.desk, "pg_stat_activity WHERE datname IS NOT NULL", "bot")
    return held


def _told_by_broker(breakable: BreakableDesk, *arguments: str) -> list[str]:
    vhost = urlsplit(breakable.desk.amqp_url).path.strip("/")
    of_vhost = ["-p", unquote(vhost) or "/"] if arguments[0] == "list_queues" else []
    return control(breakable.broker, *arguments, *of_vhost).splitlines()[1:]  # without its heading
