"""What becomes of a message whose handler failed: tried again later and later, then parked.

A retry waits in the broker, so it survives this process; the message goes back to the queue it
came from and to no other. Parked messages keep their error for `./support dead`.
"""

from dataclasses import dataclass
from typing import Any

from structlog import get_logger

from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import DEAD, DELAYS_SECONDS, rung
from chassis.crash import crash_point
from chassis.metrics import event_meters

TRIES = "x-tries"
REPLAYS = "x-replays"
QUEUE = "x-queue"
ERROR = "x-error"
ERROR_LENGTH = 2_000

log = get_logger()


@dataclass(frozen=True)
class Delivery:
    """One message as it came off a queue."""

    queue: str
    body: bytes
    message_id: str
    headers: dict[str, Any]

    @property
    def process(self) -> str:
        """Whose handler it is for."""
        return self.queue.partition(".")[0]

    @property
    def tries(self) -> int:
        """How often a handler has already failed on it."""
        return int(self.headers.get(TRIES, 0))


class Hopeless(Exception):
    """Trying again cannot help: the message itself cannot be read."""


class Ladder:
    """Publishes a failed delivery to its next rung. Acknowledge the delivery only afterwards."""

    def __init__(self, publisher: ConfirmingPublisher) -> None:
        self._publisher = publisher

    def fail(self, delivery: Delivery, error: BaseException) -> None:
        """Send the delivery up the ladder, or park it. Raises PublishFailed: then do not
        acknowledge, and the broker delivers it again."""
        is_last = delivery.tries >= len(DELAYS_SECONDS) or isinstance(error, Hopeless)
        crash_point("ladder.before_publish")
        self._publisher.publish(_park(delivery, error) if is_last else _retry(delivery))
        crash_point("ladder.after_publish")
        meters = event_meters(delivery.process)
        (meters.parked if is_last else meters.retried).labels(delivery.queue).inc()
        log.log(
            40 if is_last else 30,
            "an event was parked" if is_last else "an event will be tried again",
            queue=delivery.queue,
            message_id=delivery.message_id,
            tries=delivery.tries + 1,
            error=f"{type(error).__name__}: {error}",
        )


def _retry(delivery: Delivery) -> Letter:
    return Letter(
        exchange=rung(DELAYS_SECONDS[delivery.tries]),
        routing_key=delivery.queue,
        body=delivery.body,
        message_id=delivery.message_id,
        headers={**_own_headers(delivery), TRIES: delivery.tries + 1},
    )


def _park(delivery: Delivery, error: BaseException) -> Letter:
    told = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    return Letter(
        routing_key=DEAD,
        body=delivery.body,
        message_id=delivery.message_id,
        headers={
            **_own_headers(delivery),
            TRIES: delivery.tries + 1,
            QUEUE: delivery.queue,
            ERROR: told,
        },
    )


def _own_headers(delivery: Delivery) -> dict[str, Any]:
    """Without those the broker adds (x-death and its kin): it would refuse or grow them."""
    kept = {"request_id", TRIES, REPLAYS}
    return {name: value for name, value in delivery.headers.items() if name in kept}
