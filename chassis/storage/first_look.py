"""A short look for the database's answer, before eventlet's hub is let watch for it.

Most statements are answered within a fraction of a millisecond, and the hub costs more than that
(docs/adr/0048). But a look keeps all green threads of the process waiting.
"""

from time import monotonic

from psycopg import waiting
from psycopg.abc import RV, PQGen

from chassis.kernel_poll import POLLIN, poll

LOOKS, LOOK_MILLISECONDS = 2, 1
"""An answer comes in one piece or two."""
BUSY_SECONDS = 0.005
"""After so long without the hub its other green threads have their turn."""
REST, LONGEST_REST = 8, 256
"""Exchanges that are not looked for after a look in vain, doubled while looks are: a database that
is far away, or slow, answers none of them so soon."""


class FirstLook:
    """Looks, as long as that is worth while and keeps nobody waiting."""

    def __init__(self) -> None:
        self._left_to_hub_at = 0.0
        self._rest, self._next_rest = 0, REST

    def follow(self, exchange: PQGen[RV], socket: int) -> None:
        """Go on with an exchange while its answers come at once; psycopg is to wait for the rest.
        Raises StopIteration with the result when it is over."""
        state = next(exchange)  # many an exchange says nothing to the server, and ends here
        if not self._is_worth_while():
            return
        answer = poll()
        answer.register(socket, POLLIN)
        for _ in range(LOOKS):
            if state != waiting.Wait.R or not answer.poll(LOOK_MILLISECONDS):
                self._rest, self._next_rest = (
                    self._next_rest,
                    min(2 * self._next_rest, LONGEST_REST),
                )
                break
            self._next_rest = REST
            state = exchange.send(waiting.Ready.R)
        self._left_to_hub_at = monotonic()

    def _is_worth_while(self) -> bool:
        now = monotonic()
        if not self._rest and now - self._left_to_hub_at <= BUSY_SECONDS:
            return True
        self._rest = max(0, self._rest - 1)
        self._left_to_hub_at = now
        return False
