"""Each word once, whatever is killed: replicas die in turn while clocks strike.

Half of the tickets are to be warned of, half to be found late.
"""

import time
from datetime import datetime, timedelta
from random import Random

from bench.faults.report import Report, percentile
from bench.sla.lateness import P99_SECONDS, RATE, told, watched
from bench.sla.outbox import faults_of
from bench.sla.replicas import Sla

REPLICAS = {"sqlite": (1, 2), "postgresql": (2, 3)}
PAUSE_SECONDS, PAUSE_OF_ONE = 2.0, 10.0
"""Between two kills, on average, unless the next one is not ready yet; one alone must have time to
start and to decide."""


def measure(report: Report, sla: Sla, seconds: float) -> None:
    """With two and three replicas; on SQLite with the one that is promised, and with two."""
    for replicas in REPLICAS[sla.filled.kind]:
        with sla.running(replicas):
            _measure(report, sla, seconds)


def _measure(report: Report, sla: Sla, seconds: float) -> None:
    replicas, count, killer = len(sla.names), max(2, int(seconds * RATE)), Killer(sla)
    tickets = sla.filled.tickets
    strikes = [tickets.breaching, tickets.warning] * (count // 2)
    watch = watched(sla, strikes, gap=timedelta(seconds=1 / RATE), meanwhile=killer)
    found, late = watch.found(), list(watch.late_seconds.values())
    words = f"{sla.filled.kind}: {replicas} of sla, {killer.deaths} killed: "
    enough = int(seconds / (3 * killer.pause))
    report.promise(f"{words}at least {enough}", holds=killer.deaths >= enough)
    _tell_faults(report, words, faults_of(watch.expected, found))
    lateness = f"{words}{told(late, len(watch.expected))}"
    if sla.filled.kind == "sqlite":
        report.tell(lateness)  # whoever wants no pause at a restart needs PostgreSQL
    else:
        holds = percentile(late, 0.99) <= P99_SECONDS
        report.promise(f"{lateness} ({P99_SECONDS:.0f})", holds=holds)
    report.promise(f"{words}all was published", holds=sla.has_published_all())


def _tell_faults(report: Report, words: str, faults: list[str]) -> None:
    for fault in faults[:20]:
        report.tell(fault)
    report.promise(f"{words}{len(faults)} words missing, doubled or wrong (0)", holds=not faults)


class Killer:
    """Kills a replica and starts it again, each in its turn, at moments that chance chooses.

    Never the last that is ready: what came of that would be the time that a start takes.
    """

    def __init__(self, sla: Sla, seed: int = 1) -> None:
        self.deaths = 0
        self._sla = sla
        self.pause = PAUSE_SECONDS if len(sla.names) > 1 else PAUSE_OF_ONE
        self._chance = Random(seed)
        self._next_at = time.monotonic()

    def __call__(self, last_at: datetime) -> None:
        """Kill when it is time, until the last has struck."""
        if time.monotonic() < self._next_at or self._sla.filled.store.now() > last_at:
            return
        name = self._sla.names[self.deaths % len(self._sla.names)]
        others = [other for other in self._sla.names if other != name]
        if not any(self._sla.is_ready(other) for other in others or [name]):
            return
        self._sla.kill(name)
        self._sla.start(name)
        self.deaths += 1
        self._next_at = time.monotonic() + self.pause * self._chance.uniform(0.75, 1.25)
