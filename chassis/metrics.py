"""Numbers for Prometheus: what each call cost, and all of them as a page.

Names are `<process>_<noun>_<unit>`; `chassis.vital_signs` serves the page.
With several gunicorn workers prometheus-client sums over files: `share_between_workers` comes
before anything imports it, `page` is asked in the master, `forget_worker` when a worker ends
(`child_exit`).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.vital_signs import Page

if TYPE_CHECKING:  # imported late, since it decides at import whether workers share
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True)
class RpcMeters:
    """Calls by method and outcome (`ok`, `expired`, or an error's code), and their seconds."""

    calls: "Counter"
    seconds: "Histogram"

    def count(self, method: str, outcome: str) -> None:
        """One more call ended so."""
        self.calls.labels(method, outcome).inc()


@cache
def rpc_meters(process: str) -> RpcMeters:
    """The meters of one process; Prometheus lets a name be registered once."""
    from prometheus_client import Counter, Histogram

    return RpcMeters(
        calls=Counter(f"{process}_rpc_calls", "RPC calls answered", ["method", "outcome"]),
        seconds=Histogram(f"{process}_rpc_seconds", "From request to reply", ["method"]),
    )


def measure_busy_workers(process: str, count: Callable[[], int]) -> None:
    """Tell how many workers of a process are at work; `count` is asked whenever numbers are."""
    from prometheus_client import Gauge

    gauge = Gauge(f"{process}_workers_busy", "Workers that have a call or an event in hand")
    gauge.set_function(count)


@dataclass(frozen=True)
class EventMeters:
    """Events heard: seconds from fact to effect by handler; deliveries that failed, by queue."""

    lag_seconds: "Histogram"
    retried: "Counter"
    parked: "Counter"


@cache
def event_meters(process: str) -> EventMeters:
    """The meters of what one process hears."""
    from prometheus_client import Counter, Histogram

    return EventMeters(
        lag_seconds=Histogram(
            f"{process}_event_lag_seconds",
            "From the fact to its effect here",
            ["handler"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
        ),
        retried=Counter(f"{process}_events_retried", "Deliveries that failed and wait", ["queue"]),
        parked=Counter(f"{process}_events_parked", "Deliveries given up", ["queue"]),
    )


@dataclass(frozen=True)
class OutboxMeters:
    """Events told: confirmed and unroutable ones by type, and how long the oldest has waited."""

    published: "Counter"
    unroutable: "Counter"
    refused: "Counter"
    oldest_seconds: "Gauge"


@cache
def outbox_meters(process: str) -> OutboxMeters:
    """The meters of what one process tells."""
    from prometheus_client import Counter, Gauge

    name = f"{process}_outbox"
    return OutboxMeters(
        published=Counter(f"{name}_published", "Events the broker has confirmed", ["type"]),
        unroutable=Counter(f"{name}_unroutable", "Events that found no queue", ["type"]),
        refused=Counter(f"{name}_refused", "Events that a queue would not take", ["type"]),
        oldest_seconds=Gauge(f"{name}_oldest_seconds", "Age of the oldest event still to publish"),
    )


def page() -> Page:
    """This process's numbers now, or all workers' when they share."""
    from prometheus_client import generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_LATEST

    return Page(generate_latest(_registry()), CONTENT_TYPE_LATEST)


def _registry() -> "CollectorRegistry":
    from prometheus_client import REGISTRY, CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    if _SHARED_DIRECTORY not in os.environ:  # noqa: TID251  # where prometheus-client looks
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def share_between_workers(directory: Path) -> None:
    """Make workers forked later keep their numbers in files there; empties it of an earlier run."""
    directory.mkdir(parents=True, exist_ok=True)
    for leftover in directory.glob("*.db"):
        leftover.unlink()
    os.environ[_SHARED_DIRECTORY] = str(directory)  # noqa: TID251  # told, not read


def forget_worker(pid: int) -> None:
    """A worker has ended: its gauges no longer count."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid)  # type: ignore[no-untyped-call]
