"""Numbers for Prometheus, and one log line a request. A route is named, never a path or a query."""

from time import monotonic

from flask import Flask, Response, g, request
from prometheus_client import Counter, Gauge, Histogram
from structlog import get_logger

requests = Counter("gateway_requests_total", "Answers", ["route", "method", "status"])
seconds = Histogram(
    "gateway_request_seconds",
    "From the first look at a request to its answer",
    ["route", "method"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
in_flight = Gauge(
    "gateway_requests_in_flight", "Requests being answered", multiprocess_mode="livesum"
)
window = Gauge(
    "gateway_window", "Requests that may ask the services at once", multiprocess_mode="livesum"
)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})

log = get_logger()


def install(app: Flask) -> None:
    """Measure every request of the app."""
    app.before_request(_begin)
    app.after_request(_count)
    app.teardown_request(_end)


def _begin() -> None:
    g.began = monotonic()
    in_flight.inc()


def _count(answer: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in METHODS else "other"
    took = monotonic() - g.began
    requests.labels(route, method, str(answer.status_code)).inc()
    seconds.labels(route, method).observe(took)
    log.info(
        "answered", route=route, method=method, status=answer.status_code, ms=round(took * 1000, 1)
    )
    return answer


def _end(_error: BaseException | None) -> None:
    in_flight.dec()
