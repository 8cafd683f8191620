"""Parked messages: look at them, send them back to the queue they came from, or drop them.

Listing takes the messages and gives them all back, so run one of these at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from amqp import Channel

from chassis.broker.address import BrokerAddress
from chassis.broker.publishing import ConfirmingPublisher, Letter
from chassis.broker.topology import DEAD
from chassis.events.ladder import ERROR, QUEUE


@dataclass(frozen=True)
class DeadLetter:
    """A delivery that was given up; `queue` is where its handler listens."""

    message_id: str
    queue: str
    error: str
    request_id: str | None
    body: bytes
    tag: int


Choice = Callable[[DeadLetter], bool]


def list_dead(amqp_url: str) -> list[DeadLetter]:
    """All parked messages, the oldest first; they stay parked."""
    connection = BrokerAddress.parse(amqp_url).connect()
    try:
        return list(_take_all(connection.channel()))
    finally:
        connection.close()


def replay(amqp_url: str, chosen: Choice) -> int:
    """Send the chosen back to their handlers with the ladder before them anew; how many."""
    publisher = ConfirmingPublisher(amqp_url)
    try:
        return _remove(amqp_url, chosen, lambda letter: publisher.publish(_fresh(letter)))
    finally:
        publisher.close()


def drop(amqp_url: str, chosen: Choice) -> int:
    """Throw the chosen away for good; how many."""
    return _remove(amqp_url, chosen, lambda _letter: None)


def _remove(amqp_url: str, chosen: Choice, before: Callable[[DeadLetter], None]) -> int:
    connection = BrokerAddress.parse(amqp_url).connect()
    try:
        channel = connection.channel()
        letters = [letter for letter in _take_all(channel) if chosen(letter)]
        for letter in letters:
            before(letter)
            channel.basic_ack(letter.tag)
        return len(letters)
    finally:
        connection.close()


def _take_all(channel: Channel) -> Iterator[DeadLetter]:
    """Take without acknowledging: what is not acknowledged returns when the connection closes."""
    while (message := channel.basic_get(DEAD)) is not None:
        headers = message.headers or {}
        body = message.body
        yield DeadLetter(
            message_id=message.properties.get("message_id", ""),
            queue=headers.get(QUEUE, ""),
            error=headers.get(ERROR, ""),
            request_id=headers.get("request_id"),
            body=body if isinstance(body, bytes) else body.encode(),
            tag=message.delivery_tag,
        )


def _fresh(letter: DeadLetter) -> Letter:
    headers = {"request_id": letter.request_id} if letter.request_id else {}
    return Letter(
        routing_key=letter.queue,
        body=letter.body,
        message_id=letter.message_id,
        headers=headers,
    )
