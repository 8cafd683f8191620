"""nameko's consuming loop, back within a second or two of its broker and never fatal to a process.

kombu waits 2, 4, 6, 8 ... seconds between attempts to reconnect, and an acknowledgement on a
connection that has just died would end the container.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
from amqp.exceptions import AMQPError
from nameko.messaging import QueueConsumer as NamekoQueueConsumer
from structlog import get_logger

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 1.0

log = get_logger()


class QueueConsumer(NamekoQueueConsumer):
    """One consuming connection for all queues of a service."""

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """Connect, however long it takes, unless the service is told to stop meanwhile."""
        with self.create_connection() as connection:
            wait = FIRST_WAIT_SECONDS
            while not self.should_stop:
                try:
                    connection.connect()
                    break
                except connection.recoverable_connection_errors as error:
                    log.warning("the broker is away", error=str(error), wait_seconds=wait)
                eventlet.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
                self._let_go_if_stopping()
            if self.should_stop:
                raise ConnectionAbortedError("stopped while the broker was away")
            yield connection

    def _let_go_if_stopping(self) -> None:
        """With no connection there is nothing to cancel; tell those who wait for it."""
        for provider, removed in list(self._pending_remove_providers.items()):
            self._consumers.pop(provider, None)
            del self._pending_remove_providers[provider]
            removed.send()
            self.should_stop = not self._consumers

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
