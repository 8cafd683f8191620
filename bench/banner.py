"""How quickly the public status is told, by each of its faces, at a rate that does not wait.

    ./support bench banner --port 8080

It asks whatever runs there: a desk that is well, or a gateway with everything else dead.
"""

from collections.abc import Callable, Sequence
from itertools import cycle

import click

from bench.faults.crowd import Crowd, ask

PATHS = (
    "/api/support/status/",
    "/status",
    "/api/v2/summary.json",
    "/status/feed.atom",
    "/status/badge.svg",
)
RATE = 200.0


def visits(paths: Sequence[str] = PATHS) -> Callable[[], bytes]:
    """Makes requests for each path in turn."""
    requests = cycle(f"GET {path} HTTP/1.1\r\nHost: desk\r\n\r\n".encode() for path in paths)
    return lambda: next(requests)


def told(crowd: Crowd) -> str:
    """Its answers by status (0: none), and how soon after they were due."""
    p50, p99, worst = (crowd.p(share) * 1000 for share in (0.5, 0.99, 1.0))
    return f"{crowd.statuses()}, p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {worst:.1f} ms"


def run(port: int, rate: float, seconds: float) -> None:
    """Ask for the public status, for each of its faces in turn, so many times a second."""
    click.echo(f"{rate:.0f} a second: {told(ask(port, rate, seconds, visits()))}")
