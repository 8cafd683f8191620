"""How long after its due time a breach is in the outbox: many at once, and one after another."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bench.faults.report import Report, percentile
from bench.sla.outbox import Watch
from bench.sla.replicas import Sla
from bench.sla.tickets import Kept, words_until
from contracts.event import to_milliseconds

AT_ONCE = 1_000
AT_ONCE_SECONDS = 10.0
RATE = 10.0
P99_SECONDS = 2.0
AHEAD = timedelta(seconds=5)
"""Before the first is due: enough to write them all down."""
PATIENCE = timedelta(seconds=60)

Strike = Callable[[datetime, datetime], Kept]
"""Makes a ticket that has something to say at the first moment, as it is at the second."""


def measure_burst(report: Report, sla: Sla, _seconds: float) -> None:
    """A thousand are due at one moment."""
    with sla.running(1):
        watch = watched(sla, [sla.filled.tickets.breaching] * AT_ONCE, gap=timedelta())
        _tell_watch(report, watch)
        late = list(watch.late_seconds.values())
        words = f"{AT_ONCE} due at once: {told(late, AT_ONCE)} ({AT_ONCE_SECONDS:.0f})"
        holds = len(late) == AT_ONCE and max(late) <= AT_ONCE_SECONDS
        report.promise(f"{sla.filled.kind}: {words}", holds=holds)


def measure_stream(report: Report, sla: Sla, seconds: float) -> None:
    """Ten a second are due, and all is well."""
    with sla.running(1):
        _judge_stream(report, sla, seconds, "with the broker up")


def measure_outage(report: Report, sla: Sla, seconds: float) -> None:
    """Ten a second are due, and the broker has died after sla had started."""
    with sla.running(1):
        sla.broker.kill()
        _judge_stream(report, sla, seconds, "with the broker down")
        sla.broker.start()
        began = time.monotonic()
        holds = sla.has_published_all()
        took = time.monotonic() - began
        words = f"all was published {took:.1f} s after the broker was back"
        report.promise(f"{sla.filled.kind}: {words}", holds=holds)


def watched(
    sla: Sla,
    strikes: Sequence[Strike],
    *,
    gap: timedelta,
    ahead: timedelta = AHEAD,
    meanwhile: Callable[[datetime], None] = lambda _: None,
) -> Watch:
    """Let each strike, one gap after the other, and watch until all have or patience ends.

    `meanwhile` is called at every look, with the moment of the last strike.
    """
    tickets, now = sla.filled.tickets, sla.filled.store.now()
    first_at = to_milliseconds(now + ahead)
    kept = [strike(first_at + n * gap, now) for n, strike in enumerate(strikes)]
    last_at = first_at + (len(strikes) - 1) * gap
    clocks = [clock for clock, _ in kept]
    watch = Watch(sla.filled.store, words_until(last_at, clocks, tickets.editions))
    sla.filled.add(kept)

    def look_after() -> None:
        sla.check()
        meanwhile(last_at)

    watch.run(last_at + PATIENCE, look_after)
    return watch


def told(late_seconds: Sequence[float], of: int) -> str:
    """What was seen, and how late it was."""
    p50, p99 = percentile(late_seconds, 0.5), percentile(late_seconds, 0.99)
    last = max(late_seconds, default=0.0)
    return f"{len(late_seconds)} of {of}, p50 {p50:.2f} s late, p99 {p99:.2f} s, last {last:.2f} s"


def _judge_stream(report: Report, sla: Sla, seconds: float, when: str) -> None:
    count = max(1, int(seconds * RATE))
    gap = timedelta(seconds=1 / RATE)
    watch = watched(sla, [sla.filled.tickets.breaching] * count, gap=gap)
    _tell_watch(report, watch)
    late = list(watch.late_seconds.values())
    expected = len(watch.expected)  # a long stream has warnings too
    words = f"{RATE:.0f} a second {when}: {told(late, expected)} ({P99_SECONDS:.0f})"
    holds = len(late) == expected and percentile(late, 0.99) <= P99_SECONDS
    report.promise(f"{sla.filled.kind}: {words}", holds=holds)


def _tell_watch(report: Report, watch: Watch) -> None:
    report.tell(f"(looked every {percentile(watch.pauses, 0.99) * 1e3:.0f} ms, p99)")
