"""A publisher that knows when the broker has taken a message, and never hangs.

Every message is persistent and confirmed. A publish that fails has an unknown outcome, so
whoever calls must be able to publish the same message again.
"""

import contextlib
import threading
from dataclasses import dataclass, field
from typing import Any

from amqp import Channel, Connection
from amqp import Message as AmqpMessage

from chassis.broker.address import CONNECT_SECONDS, BrokerAddress
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


class ConfirmingPublisher:
    """One connection, opened at the first publish and thrown away after any failure.

    Thrown away, because a late confirm on the same channel would be taken for the next message's.
    Threads and green threads take turns. A broker without the queue `needs` gets nothing.
    """

    def __init__(
        self, amqp_url: str, *, needs: str | None = None, seconds: float = CONFIRM_SECONDS
    ) -> None:
        """`seconds` cover waiting for one's turn, connecting, publishing and the confirm."""
        self._seconds = seconds
        self._address = BrokerAddress.parse(amqp_url)
        self._needs = needs
        self._turn = threading.Lock()
        self._connection: Connection | None = None
        self._channel: Channel | None = None
        self._returned: list[str] = []

    def publish(self, letter: Letter) -> None:
        """Return once the broker has it on its queues. Raises PublishFailed, Unroutable."""
        deadline = Deadline.after(self._seconds)
        if not self._turn.acquire(timeout=self._seconds):
            raise PublishFailed("another publish has not ended")
        try:
            self._publish(letter, deadline)
        except Unroutable:
            raise
        except Exception as error:  # whatever breaks on the way, the outcome is unknown
            self._drop()
            raise PublishFailed(f"{type(error).__name__}: {error}") from error
        finally:
            self._turn.release()

    def _publish(self, letter: Letter, deadline: Deadline) -> None:
        channel = self._open_channel(deadline)
        message = AmqpMessage(
            letter.body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=letter.message_id,
            application_headers=letter.headers,
        )
        channel.basic_publish(
            message,
            exchange=letter.exchange,
            routing_key=letter.routing_key,
            mandatory=letter.mandatory,
            timeout=deadline.patience(),
            confirm_timeout=deadline.patience(),
        )
        if self._returned:
            self._close_channel()
            raise Unroutable(f"no queue is bound for {letter.routing_key}")

    def _open_channel(self, deadline: Deadline) -> Channel:
        if self._channel is None:
            if self._connection is None:
                self._connection = self._address.connect(
                    connect_timeout=deadline.patience(CONNECT_SECONDS), confirm_publish=True
                )
            # Opening a channel waits as long as the socket does.
            self._connection.sock.settimeout(deadline.patience())
            channel = self._connection.channel()
            if self._needs:
                channel.queue_declare(self._needs, passive=True)
            self._channel = channel
            self._returned = []
            self._channel.events["basic_return"].add(self._note_return)
        return self._channel

    def _close_channel(self) -> None:
        """After a return; the connection is well, and opening another costs more."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def _note_return(self, _error: Any, _exchange: str, routing_key: str, _message: Any) -> None:
        self._returned.append(routing_key)

    def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):  # it is being thrown away anyhow
                connection.collect()

    def close(self) -> None:
        """Let go of the connection."""
        with self._turn:
            self._drop()
