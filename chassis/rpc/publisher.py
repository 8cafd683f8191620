"""Sends RPC requests and replies: transient, unconfirmed, and never longer than it was given.

The reply is the confirmation of a request, and the caller's deadline covers a lost reply; so
nothing here waits for the broker, but to learn every few seconds whether it is still there. Events
go through `chassis.broker.publishing`, which waits for each.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from socket import socket
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from amqp import Channel, Connection
from amqp import Message as AmqpMessage

from chassis.broker.address import CONNECT_SECONDS, BrokerAddress
from chassis.deadline import Deadline
from chassis.kernel_poll import POLLIN, poll
from chassis.rpc.wire import EXCHANGE

if TYPE_CHECKING:
    from ssl import SSLSocket

TRANSIENT = 1
TRUSTED_SECONDS = 5.0
"""How long a connection is written to without a word from the broker. What is written to one that
leads nowhere vanishes, and TCP tells us after a quarter of an hour."""
TRUSTED_BLOCKED_SECONDS = 30.0
"""The same while the broker has raised an alarm: it reads nothing then, so it could not answer, and
it tells a new connection of the alarm only after taking a message whose answer cannot come."""
SIGN_OF_LIFE_SECONDS = 1.0
REST_OF_A_FRAME_SECONDS = 0.2
"""A frame that began to come is read to its end for so long, and further at the next publish."""
REST_SECONDS = 1.0
"""A broker that kept silent when we wanted to connect is left alone for so long."""


class NotSent(Exception):
    """The message was not handed over in time; it may have reached the broker none the less."""


class TransientPublisher:
    """One connection, shared in turns by threads or green threads, opened when first needed."""

    def __init__(self, amqp_url: str) -> None:
        self._address = BrokerAddress.parse(amqp_url)
        self._turn = threading.Lock()
        self._connection: Connection | None = None
        self._channel: Channel | None = None
        self._is_blocked = False
        self._heard_at = 0.0
        self._resting_until = 0.0

    def publish(
        self, routing_key: str, body: bytes, properties: Mapping[str, Any], deadline: Deadline
    ) -> None:
        """Hand one message to the broker before the deadline. Raises NotSent.

        A connection that went stale is noticed before anything is written, and replaced once.
        """
        message = AmqpMessage(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=TRANSIENT,
            **properties,
        )
        if not self._turn.acquire(timeout=deadline.left()):
            raise NotSent("others kept the connection busy")
        try:
            self._publish(routing_key, message, deadline)
        finally:
            self._turn.release()

    def _publish(self, routing_key: str, message: AmqpMessage, deadline: Deadline) -> None:
        was_open = self._channel is not None
        try:
            self._write(routing_key, message, deadline)
        except NotSent:
            raise
        except Exception as error:  # py-amqp also trips over the remains of a dead connection
            self._drop()
            if not was_open or deadline.has_passed():
                raise NotSent(f"{type(error).__name__}: {error}") from error
            self._publish(routing_key, message, deadline)

    def _write(self, routing_key: str, message: AmqpMessage, deadline: Deadline) -> None:
        channel = self._open_channel(deadline)
        self._hear_the_broker(deadline)
        trusted = TRUSTED_BLOCKED_SECONDS if self._is_blocked else TRUSTED_SECONDS
        if monotonic() - self._heard_at > trusted:
            self._ask_for_a_sign_of_life(channel, deadline)
        if self._is_blocked:
            raise NotSent("the broker has raised an alarm and takes no messages")
        channel.basic_publish(
            message, exchange=EXCHANGE, routing_key=routing_key, timeout=deadline.patience()
        )

    def _open_channel(self, deadline: Deadline) -> Channel:
        if self._channel is None:
            if monotonic() < self._resting_until:
                raise NotSent("the broker kept silent a moment ago")
            try:
                self._channel = self._connect(deadline)
            except TimeoutError:
                if not deadline.has_passed():  # else it was the caller who had no time
                    self._resting_until = monotonic() + REST_SECONDS
                raise
            self._heard_at = monotonic()
        return self._channel

    def _connect(self, deadline: Deadline) -> Channel:
        self._is_blocked = False
        self._connection = self._address.connect(
            connect_timeout=deadline.patience(CONNECT_SECONDS),
            heartbeat=0,  # nobody listens between publishes; we ask when we need to know
            on_blocked=self._note_blocked,
            on_unblocked=self._note_unblocked,
        )
        # Opening the channel waits as long as the socket does.
        self._connection.sock.settimeout(deadline.patience(CONNECT_SECONDS))
        return self._connection.channel()

    def _hear_the_broker(self, deadline: Deadline) -> None:
        """Read what the broker said since the last publish: an alarm, its end, a goodbye."""
        assert self._connection is not None
        with suppress(TimeoutError):
            while self._has_spoken(self._connection.sock):
                self._connection.blocking_read(deadline.patience(REST_OF_A_FRAME_SECONDS))
                self._heard_at = monotonic()

    def _has_spoken(self, sock: socket) -> bool:
        """Is there something to read, be it an end? What TLS has deciphered no longer waits in the
        kernel."""
        if self._address.is_tls and cast("SSLSocket", sock).pending():
            return True
        look = poll()
        look.register(sock, POLLIN)
        return bool(look.poll(0))

    def _ask_for_a_sign_of_life(self, channel: Channel, deadline: Deadline) -> None:
        """Any question will do whose answer changes nothing. Raises TimeoutError."""
        assert self._connection is not None
        with self._connection.transport.having_timeout(deadline.patience(SIGN_OF_LIFE_SECONDS)):
            channel.basic_qos(0, 0, False)
        self._heard_at = monotonic()

    def _note_blocked(self, _reason: str) -> None:
        self._is_blocked = True

    def _note_unblocked(self) -> None:
        self._is_blocked = False

    def _drop(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.collect()

    def close(self) -> None:
        """Let go of the connection; what is being published fails."""
        self._drop()
