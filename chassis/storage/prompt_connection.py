"""A connection to PostgreSQL that waits for an answer little longer than the server may take.

The server ends a slow statement itself, and the connection is as good as before. One that is
frozen, or behind a network that swallows what is said, ends nothing and will perhaps never: then
we hang up. libpq has no such limit, and TCP's own is a quarter of an hour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from psycopg import waiting
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

from chassis.breaker import Breaker
from chassis.storage.first_look import FirstLook

ANSWER_SECONDS = 2.5
"""A statement ends after 2 s at the server; the rest is for the way."""
SIGN_OF_LIFE_SECONDS = 0.75
WAKE_SECONDS = 0.1
LETS_OTHERS_GO_ON = waiting.wait is waiting.wait_selector
"""Whether an answer is awaited so that other green threads go on meanwhile: in a service, where
chassis.service.green has psycopg wait by a selector, which is eventlet's."""

first_look = FirstLook()
"""Of all connections of the process: they keep the same green threads waiting."""


class Silence(psycopg.OperationalError):
    """No answer came, and the connection is given up. What was asked may have been done."""


class PromptConnection(psycopg.Connection[Any]):
    """Tells its breaker of every answer and every silence."""

    breaker: Breaker
    patience = ANSWER_SECONDS

    @classmethod
    def open(cls, breaker: Breaker, *places: Any, **options: Any) -> "PromptConnection":
        """Connect within `connect_timeout` seconds. Raises psycopg.OperationalError."""
        try:
            connection = cls.connect(*places, **options)
        except psycopg.errors.ConnectionTimeout:
            breaker.note_silence(monotonic())
            raise
        connection.breaker = breaker
        breaker.note_answer()
        return connection

    @contextmanager
    def asked_for_life(self) -> Iterator[None]:
        """While somebody wants to know only whether the server answers."""
        self.patience = SIGN_OF_LIFE_SECONDS
        try:
            yield
        finally:
            self.patience = ANSWER_SECONDS

    def wait(
        self, gen: PQGen[RV], interval: float = WAKE_SECONDS, timeout: float | None = None
    ) -> RV:
        """What psycopg does for every exchange with the server. Raises Silence."""
        try:
            if LETS_OTHERS_GO_ON:
                first_look.follow(gen, self.pgconn.socket)
            answer = super().wait(gen, interval, timeout or self.patience)
        except StopIteration as end:
            answer = end.value
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise  # the server's own words, or the end of the connection
            self.close()
            self.breaker.note_silence(monotonic())
            raise Silence("the database has fallen silent") from error
        self.breaker.note_answer()
        return answer
