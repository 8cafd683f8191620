"""A scan that finds nothing: what sla asks its database every second, and after each decision."""

from collections.abc import Callable
from time import perf_counter

from bench.faults.report import Report, percentile
from bench.sla.filling import Filled
from services.sla.queries import next_look
from services.sla.usecases.deciding import decide_due

REPEATS = 1_000
LIMIT_MILLISECONDS = 5.0
DECIDED_AT_ONCE = 100
"""As in `services.sla.service`, which only its own process may import."""


def measure(report: Report, filled: Filled) -> None:
    """The look, and the decision to which another replica was quicker."""
    store = filled.store

    def look() -> bool:
        due_at = store.ask(next_look)
        return due_at is not None and due_at <= store.now()

    def decide() -> bool:
        with store.writing() as session:
            return decide_due(session, filled.editions, store.now(), DECIDED_AT_ONCE) > 0

    _measure(report, f"{filled.kind}: a look that finds nothing", look)
    _measure(report, f"{filled.kind}: a decision that finds nothing", decide)


def _measure(report: Report, what: str, scan: Callable[[], bool]) -> None:
    found, took = scan(), list[float]()  # the first connects, and notes the edition
    for _ in range(REPEATS):
        began = perf_counter()
        found = scan() or found
        took.append((perf_counter() - began) * 1e3)
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    words = f"{what}: p50 {p50:.2f} ms, p99 {p99:.2f} ms ({LIMIT_MILLISECONDS:.0f})"
    report.promise(words, holds=p99 <= LIMIT_MILLISECONDS and not found)
