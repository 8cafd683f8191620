"""One delivered event, from the wire to a handler's committed transaction. Knows no wire itself.

Two skins stand on it: `chassis.service.listening` inside nameko, `chassis.events.listener` in a
plain thread.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session
from structlog import get_logger
from structlog.contextvars import bound_contextvars

from chassis.broker.topology import Subscription
from chassis.crash import crash_point
from chassis.events.attempts import in_hand_again
from chassis.events.inbox import is_first_delivery
from chassis.events.ladder import Delivery, Hopeless
from chassis.metrics import event_meters
from chassis.storage.store import Store
from contracts.event import Event

log = get_logger()
Handler = Callable[[Session, Any], None]


def handle_once(
    store: Store,
    subscription: Subscription,
    event: Event,
    handler: Handler,
    *,
    comes_again: bool = False,
) -> None:
    """Run `handler(session, event)` in one transaction with the inbox row of the subscription's
    handler; a repeat does nothing. Raises Deadly for what has ended its process each time."""
    name = subscription.handler
    with in_hand_again(store, event.event_id, name) if comes_again else nullcontext():
        crash_point("consumer.before_handling")
        with store.writing() as session:
            is_new = is_first_delivery(session, event.event_id, name, store.now())
            if is_new:
                handler(session, event)
    lag = max(0.0, (store.now() - event.occurred_at).total_seconds())
    event_meters(subscription.process).lag_seconds.labels(name).observe(lag)
    log.info("heard" if is_new else "heard before", fact=event.type, lag_seconds=round(lag, 3))
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
