"""Parked messages: look at them, send them back to the queue they came from, or drop them.

A broker shows a message only to whoever takes it. So all are taken and those that are to stay are
given back unacknowledged, to their old places; whoever dies on the way gives them back too. Only
one may do so at a time, for the second would see nothing and believe it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from amqp import Channel
from amqp.exceptions import NotFound, ResourceLocked

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter, Unroutable
from chassis.broker.topology import DEAD
from chassis.crash import crash_point
from chassis.events.ladder import ERROR, QUEUE, REPLAYS, TRIES

HOLD = "support.dead.hold"
"""A queue that nobody writes to. It is exclusive, so whoever has it has the parked messages."""


class InUse(Exception):
    """Somebody else has the parked messages in hand."""


@dataclass(frozen=True)
class DeadLetter:
    """A delivery that was given up after `tries`; `queue` is where its handler listens."""

    message_id: str
    queue: str
    tries: int
    error: str
    request_id: str | None
    replays: int
    body: bytes
    tag: int


@dataclass(frozen=True)
class Replayed:
    """How many went back, and those that stay because their queue is no more."""

    count: int
    homeless: list[DeadLetter]


Choice = Callable[[DeadLetter], bool]


def list_dead(amqp_url: str) -> list[DeadLetter]:
    """All parked messages, the oldest first; they stay parked. Raises InUse."""
    with _in_hand(amqp_url) as channel:
        return list(_take_all(channel))


def count_dead(amqp_url: str) -> int:
    """How many are parked and in nobody's hand."""
    with BrokerAddress.parse(amqp_url).connect() as connection:
        try:
            return int(connection.channel().queue_declare(DEAD, passive=True).message_count)
        except NotFound:
            return 0


def replay(amqp_url: str, chosen: Choice) -> Replayed:
    """Send the chosen back to their handlers, with the ladder before them anew. Raises InUse,
    PublishFailed.

    Each leaves the parked ones only when the broker has confirmed that it is back in its queue. A
    crash in between leaves it in both places, and a second replay of it has no effect.
    """
    publisher = ConfirmingPublisher(amqp_url)
    count, homeless = 0, []
    try:
        with _in_hand(amqp_url) as channel:
            for letter in _chosen_of(channel, chosen):
                try:
                    publisher.publish(_fresh(letter))
                except Unroutable:
                    homeless.append(letter)
                else:
                    crash_point("replay.after_publish")
                    channel.basic_ack(letter.tag)
                    count += 1
    finally:
        publisher.close()
    return Replayed(count, homeless)


def drop(amqp_url: str, chosen: Choice) -> int:
    """Throw the chosen away for good; how many. Raises InUse."""
    with _in_hand(amqp_url) as channel:
        letters = _chosen_of(channel, chosen)
        for letter in letters:
            channel.basic_ack(letter.tag)
        return len(letters)


@contextmanager
def _in_hand(amqp_url: str) -> Iterator[Channel]:
    """A channel on which to take parked messages; closing gives back what was not acknowledged."""
    with BrokerAddress.parse(amqp_url).connect() as connection:
        channel = connection.channel()
        try:
            channel.queue_declare(HOLD, exclusive=True)
        except ResourceLocked as locked:
            raise InUse("somebody else has the parked messages in hand") from locked
        yield channel


def _chosen_of(channel: Channel, chosen: Choice) -> list[DeadLetter]:
    """All are taken before any is handled: one that fails at once again is not met twice."""
    return [letter for letter in list(_take_all(channel)) if chosen(letter)]


def _take_all(channel: Channel) -> Iterator[DeadLetter]:
    while (message := channel.basic_get(DEAD)) is not None:
        headers = message.headers or {}
        body = message.body
        yield DeadLetter(
            message_id=message.properties.get("message_id", ""),
            queue=headers.get(QUEUE, ""),
            tries=headers.get(TRIES, 0),
            error=headers.get(ERROR, ""),
            request_id=headers.get("request_id"),
            replays=headers.get(REPLAYS, 0),
            body=body if isinstance(body, bytes) else body.encode(),
            tag=message.delivery_tag,
        )


def _fresh(letter: DeadLetter) -> Letter:
    headers = {"request_id": letter.request_id} if letter.request_id else {}
    return Letter(
        routing_key=letter.queue,
        body=letter.body,
        message_id=letter.message_id,
        headers={**headers, REPLAYS: letter.replays + 1},
    )
