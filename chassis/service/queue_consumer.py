"""nameko's consuming loop, back within a second or two of its broker and never fatal to a process.

nameko's own waits for the broker at its start and cannot be stopped in good order before it has
come; kombu waits 2, 4, 6, 8 ... seconds between attempts to reconnect, and an acknowledgement on
a connection that has just died would end the container.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import eventlet
from amqp.exceptions import AMQPError, RecoverableConnectionError
from eventlet.event import Event
from eventlet.support.greenlets import GreenletExit
from nameko.extensions import ProviderCollector
from nameko.messaging import QueueConsumer as NamekoQueueConsumer
from structlog import get_logger

from chassis.broker.address import SOCKET_SECONDS

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 1.0

LAST_WORD_SECONDS = 2.0

log = get_logger()


class QueueConsumer(NamekoQueueConsumer):
    """One consuming connection for all queues of a service."""

    def __init__(self) -> None:
        super().__init__()
        self._gt: Any = None
        self._has_consumers = False
        self._consumed: Any = None
        self._looked_up_at = monotonic()

    def lack(self) -> str | None:
        """Why nothing is consumed just now; None when all is well."""
        if not self._has_consumers:
            return "is not consuming: there is no connection to the broker"
        stuck = monotonic() - self._looked_up_at
        return f"has not looked up for {stuck:.0f} s" if stuck > SOCKET_SECONDS else None

    def start(self) -> None:
        """Begin to consume; the broker may come later. One start serves all who share this."""
        if self._gt is None:
            self._gt = self.container.spawn_managed_thread(self._consume, type(self).__name__)

    def stop(self) -> None:
        """Return when all have unregistered and the connection is closed."""
        self.wait_for_providers()
        if self._gt is not None:
            with suppress(GreenletExit):  # how it ends when there was no connection
                self._gt.wait()

    def unregister_provider(self, provider: Any) -> None:
        """Stop consuming for one provider; returns when nothing more will come to it.

        Without a connection nothing is in hand, so all consuming ends there and then.
        """
        if self._has_consumers:
            let_go = Event()
            self._pending_remove_providers[provider] = let_go
            let_go.wait()
        elif self._gt is not None:
            self.should_stop = True
            self._gt.kill()
        ProviderCollector.unregister_provider(self, provider)

    def _consume(self) -> None:
        try:
            self.run()
        finally:
            self._has_consumers = False
            while self._pending_remove_providers:
                self._pending_remove_providers.popitem()[1].send()

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """Connect, however long it takes, unless the service is told to stop meanwhile."""
        with self.create_connection() as connection:
            wait = FIRST_WAIT_SECONDS
            while not self._is_to_stop():
                try:
                    # kombu's own `connect` sleeps two seconds before it gives up.
                    connection.ensure_connection(
                        max_retries=1,
                        interval_start=0,
                        interval_step=0,
                        reraise_as_library_errors=False,
                    )
                    break
                except connection.recoverable_connection_errors as error:
                    log.warning("the broker is away", error=str(error), wait_seconds=wait)
                eventlet.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            if self.should_stop:
                raise ConnectionAbortedError("stopped while the broker was away")
            # What follows waits for answers, on a socket that by itself would wait for ever.
            connection.connection.sock.settimeout(SOCKET_SECONDS)
            try:
                yield connection
            except Exception:
                # A broker that has fallen silent would be waited for in vain for its goodbye.
                connection.collect()
                raise
            finally:
                self._has_consumers = False

    def _is_to_stop(self) -> bool:
        """Whoever unregistered just before the connection was lost waits to be let go."""
        self.should_stop = self.should_stop or bool(self._pending_remove_providers)
        return bool(self.should_stop)

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **_: Any) -> None:
        """Called after every (re)connection, when all queues are being consumed."""
        self._consumed = channel.connection
        self._looked_up_at = monotonic()
        self._has_consumers = True

    def on_iteration(self) -> None:
        """Called about once a second, and after every message.

        An acknowledgement that finds the connection dead is not heard of by the consuming loop, for
        which kombu then opens another without a word, and without a consumer on it.
        """
        if not self._consumed.connected:
            raise RecoverableConnectionError("the connection broke while it was written to")
        self._looked_up_at = monotonic()
        super().on_iteration()

    def _cancel_consumers_if_requested(self) -> None:
        """Let go of whom asked for it, also when the connection breaks while they are told."""
        while self._pending_remove_providers:
            provider, let_go = self._pending_remove_providers.popitem()
            try:
                self._cancel(self._consumers.pop(provider))
            finally:
                let_go.send()

    def _cancel(self, consumer: Any) -> None:
        connection = consumer.channel.connection
        try:
            connection.sock.settimeout(LAST_WORD_SECONDS)
            consumer.cancel()
        except Exception:
            # The broker is dead or frozen. All consuming ends, and no goodbye waits for it.
            self.should_stop = True
            connection.collect()
            raise

    def ack_message(self, message: Any) -> None:
        """Acknowledge, unless the broker has taken the message back with the connection."""
        self._settle(message, "ack")

    def requeue_message(self, message: Any) -> None:
        """Give the message back, unless the broker already has it."""
        self._settle(message, "requeue")

    def _settle(self, message: Any, how: str) -> None:
        if not message.channel.connection:
            return
        try:
            getattr(message, how)()
        except (OSError, AMQPError, AttributeError) as error:
            log.warning("the broker will deliver a message again", error=str(error))
