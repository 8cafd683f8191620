"""What becomes of a message whose handler failed: tried again later and later, then parked.

A retry waits in the broker, so it survives this process; the message goes back to the queue it
came from and to no other. Parked messages keep their error for `./support dead`, and each parking
is told as an event, `message.parked.v1`.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from structlog import get_logger

from chassis.broker.publishing import ConfirmingPublisher, Letter, Unroutable
from chassis.broker.topology import DEAD, DELAYS_SECONDS, EVENTS, Subscription, rung
from chassis.clock import Clock
from chassis.crash import crash_point
from chassis.metrics import event_meters
from contracts.errors import Unavailable
from contracts.event import MessageParked

TRIES = "x-tries"
REPLAYS = "x-replays"
QUEUE = "x-queue"
ERROR = "x-error"
OWN_HEADERS = frozenset({"request_id", TRIES, REPLAYS})
ERROR_LENGTH = 2_000
TOLD_LENGTH = 200
HIGHEST_WHILE_AWAY = 2
"""The rung, of 30 s, above which no message climbs because a database is away: that is no fault of
the message's, and however long it lasts, nobody shall have to replay what came meanwhile."""
AWAY_PAUSE_SECONDS = 1.0
"""Whoever has sent a message up because a database is away waits so long before the next, which
would fare alike: what waits had better wait in its queue than go round the ladder, all of it."""
PARKINGS = UUID("5f0c8f0e-6f0b-5f4e-9f57-0d6b8c1f2a77")
"""The namespace of the ids of `message.parked.v1`. Never change it."""

log = get_logger()


@dataclass(frozen=True)
class Delivery:
    """One message as it came off a subscription's queue."""

    subscription: Subscription
    body: bytes
    message_id: str
    headers: dict[str, Any]
    comes_again: bool = False
    """The broker has given it to somebody before, who did not acknowledge it; or does not know."""

    @property
    def queue(self) -> str:
        return self.subscription.queue

    @property
    def tries(self) -> int:
        """How often a handler has already failed on it."""
        return _count(self.headers.get(TRIES))

    @property
    def replays(self) -> int:
        """How often it has been parked and sent back."""
        return _count(self.headers.get(REPLAYS))

    @property
    def name(self) -> str:
        """Its id; when the sender gave it none, one that the same body always gets."""
        return self.message_id or sha256(self.body).hexdigest()[:32]


class Hopeless(Exception):
    """Trying again cannot help: the message itself cannot be read."""

    tries = 1
    """How many this counts for."""


class Ladder:
    """Publishes a failed delivery to its next rung. Acknowledge the delivery only afterwards."""

    def __init__(self, publisher: ConfirmingPublisher, clock: Clock) -> None:
        self._publisher = publisher
        self._clock = clock

    def fail(self, delivery: Delivery, error: BaseException) -> None:
        """Send the delivery up the ladder, or park it. Raises PublishFailed: then do not
        acknowledge, and the broker delivers it again."""
        is_away = isinstance(error, Unavailable)
        has_climbed = delivery.tries >= len(DELAYS_SECONDS) and not is_away
        is_last = has_climbed or isinstance(error, Hopeless)
        tries = delivery.tries + (error.tries if isinstance(error, Hopeless) else 1)
        told = _in_words(error)
        crash_point("ladder.before_publish")
        if is_last:
            self._park(delivery, tries, told)
        else:
            highest = HIGHEST_WHILE_AWAY if is_away else len(DELAYS_SECONDS) - 1
            self._publisher.publish(_retry(delivery, min(delivery.tries, highest)))
        crash_point("ladder.after_publish")
        meters = event_meters(delivery.subscription.process)
        (meters.parked if is_last else meters.retried).labels(delivery.queue).inc()
        log.log(
            40 if is_last else 30,
            "an event was parked" if is_last else "an event will be tried again",
            queue=delivery.queue,
            message_id=delivery.name,
            tries=tries,
            error=told,
        )

    def _park(self, delivery: Delivery, tries: int, told: str) -> None:
        """First the note, then the parking: a crash in between tells it again under the same id,
        which listeners forgive; the other way round nobody would ever be told.

        A note that cannot be handled is parked without a note, which would share its fate.
        """
        if delivery.subscription.event is not MessageParked:
            self._tell(delivery, tries, told)
        crash_point("ladder.before_parking")
        self._publisher.publish(_parked(delivery, tries, told))

    def _tell(self, delivery: Delivery, tries: int, told: str) -> None:
        try:
            self._publisher.publish(self._note(delivery, tries, told))
        except Unroutable:
            log.warning("nobody listens to what is parked", queue=delivery.queue)

    def _note(self, delivery: Delivery, tries: int, told: str) -> Letter:
        note = MessageParked(
            event_id=uuid5(
                PARKINGS, f"{delivery.queue} {delivery.name} {delivery.replays} {tries}"
            ),
            occurred_at=self._clock.now(),
            version=tries,
            process=delivery.subscription.process,
            queue=delivery.queue,
            message_id=delivery.name,
            tries=tries,
            error=told[:TOLD_LENGTH],
        )
        cause = delivery.headers.get("request_id")
        return Letter(
            exchange=EVENTS,
            routing_key=note.type,
            body=note.model_dump_json().encode(),
            message_id=str(note.event_id),
            headers={"request_id": cause} if cause else {},
        )


def _retry(delivery: Delivery, step: int) -> Letter:
    return Letter(
        exchange=rung(DELAYS_SECONDS[step]),
        routing_key=delivery.queue,
        body=delivery.body,
        message_id=delivery.name,
        headers={**_own_headers(delivery), TRIES: step + 1},
    )


def _parked(delivery: Delivery, tries: int, told: str) -> Letter:
    return Letter(
        routing_key=DEAD,
        body=delivery.body,
        message_id=delivery.name,
        headers={
            **_own_headers(delivery),
            TRIES: tries,
            QUEUE: delivery.queue,
            ERROR: told[:ERROR_LENGTH],
        },
    )


def _own_headers(delivery: Delivery) -> dict[str, Any]:
    """Without those the broker adds (x-death and its kin): it would refuse or grow them."""
    return {name: value for name, value in delivery.headers.items() if name in OWN_HEADERS}


def _count(header: Any) -> int:
    """What a stranger wrote into a header must not stop the queue."""
    return header if isinstance(header, int) and header > 0 else 0


def _in_words(error: BaseException) -> str:
    """What can travel in a header: half a surrogate pair cannot."""
    return f"{type(error).__name__}: {error}".encode(errors="replace").decode()
