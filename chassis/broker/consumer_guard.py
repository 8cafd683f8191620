"""Sees to it that no process lives on without a consumer while its broker is there.

Reconnecting is the consumers' own affair and takes a second or two. When it does not come about
although a broker lets us in, something in this process is wedged, and only an end mends it.
"""

from collections.abc import Callable, Sequence

from amqp import Connection
from amqp.exceptions import AMQPError

from chassis.broker.address import BrokerAddress

LOOK_SECONDS = 1.0
ANSWER_SECONDS = 2.0
LOOKS_ALLOWED = 9


class ConsumerGuard:
    """Looks about once a second; after nine looks in a row at a lack calls `end` with a reason.

    It counts looks and not seconds, so that a process that was stopped for a while is not ended
    for it. A broker that lacks one of `queues` has not been prepared yet, and nobody is to blame.
    """

    def __init__(
        self,
        is_lacking: Callable[[], bool],
        address: BrokerAddress,
        end: Callable[[str], None],
        queues: Sequence[str] = (),
    ) -> None:
        self._is_lacking = is_lacking
        self._address = address
        self._end = end
        self._queues = queues

    def keep(self, sleep: Callable[[float], object]) -> None:
        """Guard for ever."""
        looks = 0
        while True:
            sleep(LOOK_SECONDS)
            looks = looks + 1 if self._is_lacking() and self._is_broker_there() else 0
            if looks >= LOOKS_ALLOWED:
                self._end(f"without a consumer for {looks} s although the broker is there")

    def _is_broker_there(self) -> bool:
        try:
            connection = self._address.connect()
        except (OSError, AMQPError):
            return False
        try:
            return self._has_queues(connection)
        finally:
            connection.collect()

    def _has_queues(self, connection: Connection) -> bool:
        if not self._queues:
            return True
        try:
            connection.sock.settimeout(ANSWER_SECONDS)
            channel = connection.channel()
            for queue in self._queues:
                channel.queue_declare(queue, passive=True)
        except (OSError, AMQPError):
            return False
        return True
