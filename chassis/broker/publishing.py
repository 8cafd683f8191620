"""A publisher that knows when the broker has taken a message, and never hangs.

Every message is persistent and confirmed. A publish that fails has an unknown outcome, so
whoever calls must be able to publish the same message again.
"""

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from amqp import Connection
from amqp import Message as AmqpMessage

from chassis.broker.address import CONNECT_SECONDS, BrokerAddress
from chassis.broker.confirms import Confirms
from chassis.deadline import Deadline

CONFIRM_SECONDS = 5.0


class PublishFailed(Exception):
    """The broker did not confirm; the message may or may not be there."""


class Unroutable(PublishFailed):
    """No queue is bound for this routing key, and the message had to reach one."""


@dataclass(frozen=True)
class Letter:
    """One message to publish. `message_id` is what a listener recognises a repeat by."""

    routing_key: str
    body: bytes
    message_id: str
    exchange: str = ""
    headers: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = True


@dataclass
class Fates:
    """What became of letters that were published together, by their places among them.

    Those `taken` are on their queues. The `unroutable` had to reach a queue, and none is bound. The
    `refused` the broker would not take, as when a queue is full: some of the queues may have them.
    One in none of these may be there or not; `failure` says why.
    """

    taken: set[int] = field(default_factory=set)
    unroutable: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    failure: PublishFailed | None = None


class ConfirmingPublisher:
    """One connection, opened at the first publish and thrown away after any failure.

    Thrown away, because a late confirm on the same channel would be taken for the next message's.
    Threads and green threads take turns. A broker without the queue `needs` gets nothing.
    """

    def __init__(
        self, amqp_url: str, *, needs: str | None = None, seconds: float = CONFIRM_SECONDS
    ) -> None:
        """`seconds` cover waiting for one's turn, connecting, publishing and all confirms."""
        self._seconds = seconds
        self._address = BrokerAddress.parse(amqp_url)
        self._needs = needs
        self._turn = threading.Lock()
        self._connection: Connection | None = None
        self._confirms: Confirms | None = None

    def publish(self, letter: Letter) -> None:
        """Return once the broker has it on its queues. Raises PublishFailed, Unroutable."""
        fates = self.publish_all([letter])
        if fates.failure:
            raise fates.failure
        if fates.refused:
            raise PublishFailed(f"the broker refused a message for {letter.routing_key}")
        if fates.unroutable:
            raise Unroutable(f"no queue is bound for {letter.routing_key}")

    def publish_all(self, letters: Sequence[Letter]) -> Fates:
        """Publish one after another and only then wait for the broker's word on each. It writes
        them to its disk together: a hundred are confirmed about as soon as one.

        The first on a new connection goes alone: a broker under an alarm reads nothing, and each
        try would leave all of them in its buffer, to be delivered when the alarm is over.
        """
        fates, deadline = Fates(), Deadline.after(self._seconds)
        if not self._turn.acquire(timeout=self._seconds):
            fates.failure = PublishFailed("another publish has not ended")
            return fates
        try:
            self._publish(letters, deadline, fates)
        except Exception as error:  # whatever breaks on the way, the outcome is unknown
            self._drop()
            fates.failure = PublishFailed(f"{type(error).__name__}: {error}")
            fates.failure.__cause__ = error
        except BaseException:  # a green thread that is ended leaves no half-read channel behind
            self._drop()
            raise
        finally:
            self._turn.release()
        return fates

    def _publish(self, letters: Sequence[Letter], deadline: Deadline, fates: Fates) -> None:
        is_new = self._confirms is None
        connection, confirms = self._open(deadline)
        keys = [(letter.routing_key, letter.message_id) for letter in letters]
        confirms.begin(keys, taken=fates.taken, unroutable=fates.unroutable, refused=fates.refused)
        for place, letter in enumerate(letters):
            _refuse_to_wait(deadline)
            confirms.expect(place)
            confirms.channel.basic_publish(
                _message(letter),
                exchange=letter.exchange,
                routing_key=letter.routing_key,
                mandatory=letter.mandatory,
                timeout=deadline.patience(),
            )
            if is_new and place == 0:
                _hear(connection, confirms, deadline)
        _hear(connection, confirms, deadline)

    def _open(self, deadline: Deadline) -> tuple[Connection, Confirms]:
        if self._connection is None:
            self._connection = self._address.connect(
                connect_timeout=deadline.patience(CONNECT_SECONDS)
            )
        if self._confirms is None:
            # Each of these waits as long as the socket does.
            self._connection.sock.settimeout(deadline.patience())
            channel = self._connection.channel()
            if self._needs:
                self._connection.sock.settimeout(deadline.patience())
                channel.queue_declare(self._needs, passive=True)
            self._connection.sock.settimeout(deadline.patience())
            self._confirms = Confirms(channel)
        return self._connection, self._confirms

    def _drop(self) -> None:
        connection, self._connection, self._confirms = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):  # it is being thrown away anyhow
                connection.collect()

    def close(self) -> None:
        """Let go of the connection."""
        with self._turn:
            self._drop()


def _hear(connection: Connection, confirms: Confirms, deadline: Deadline) -> None:
    """Wait for the broker's word on all that was published. Raises TimeoutError."""
    while confirms.are_due:
        _refuse_to_wait(deadline)
        connection.drain_events(timeout=deadline.patience())


def _refuse_to_wait(deadline: Deadline) -> None:
    if deadline.has_passed():
        raise TimeoutError("the broker did not confirm in time")


def _message(letter: Letter) -> AmqpMessage:
    return AmqpMessage(
        letter.body,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=2,
        message_id=letter.message_id,
        application_headers=letter.headers,
    )
