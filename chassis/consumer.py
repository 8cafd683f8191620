"""One delivered event, from the wire to a handler's committed transaction. Knows no wire itself.

Two skins stand on it: `chassis.listening` inside nameko, `chassis.listener` in a plain thread.
"""

from collections.abc import Callable
from typing import Any

from prometheus_client import Histogram
from pydantic import ValidationError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from chassis.crash import crash_point
from chassis.inbox import is_first_delivery
from chassis.ladder import Delivery, Hopeless
from chassis.store import Store
from chassis.topology import Subscription
from contracts.event import Event

Handler = Callable[[Session, Any], None]

lag = Histogram(
    "event_lag_seconds",
    "From the fact to its effect here",
    ["handler"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)


def handle_once(store: Store, name: str, event: Event, handler: Handler) -> None:
    """Run `handler(session, event)` in one transaction with the inbox row of the handler `name`;
    a repeat does nothing."""
    crash_point("consumer.before_handling")
    now = store.now()
    with store.writing() as session:
        if is_first_delivery(session, event.event_id, name, now):
            handler(session, event)
    lag.labels(name).observe(max(0.0, (now - event.occurred_at).total_seconds()))
    crash_point("consumer.before_acknowledging")


def read_event(subscription: Subscription, delivery: Delivery) -> Event:
    """Parse the body as the subscription's event. Raises Hopeless when it is not one."""
    try:
        return subscription.event.model_validate_json(delivery.body)
    except (ValidationError, UnicodeDecodeError) as error:
        raise Hopeless(f"not a {subscription.event.type}: {error}") from error


def trace_of(delivery: Delivery) -> Any:
    """Bind the request id that caused the event to the log lines of its handling."""
    return bound_contextvars(request_id=delivery.headers.get("request_id"))
