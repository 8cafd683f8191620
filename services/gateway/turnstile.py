"""Lets no more requests in at once than there are threads to spare for them.

Whoever asks the services keeps a thread for as long as they take. Some threads are kept back for
what is answered from memory, so that the public status is told while everything else is too slow
or too much; and who comes too many is told so at once instead of waiting in a growing line.
"""

import threading

from flask import Flask, current_app, g, request

from contracts.errors import Unavailable
from services.gateway.operations import Who, operation_of

THREADS = 64
"""Of one worker."""
PLACES = 48
"""How many of them may wait for the services at once. Nobody waits for a place: a thread that did
could refuse nobody else."""


class Turnstile:
    """`places` requests that need the services at once; the public ones pass freely."""

    def __init__(self, places: int) -> None:
        self._turn = threading.Lock()
        self.free = places
        """How many more may come in now."""

    def install(self, app: Flask) -> None:
        """Stand before the application's requests, and be found as its extension `turnstile`."""
        app.extensions["turnstile"] = self
        app.before_request(self._enter)
        app.teardown_request(self._leave)

    def _enter(self) -> None:
        operation = operation_of(current_app, request.endpoint)
        if operation is None or operation.who is Who.ANYONE:
            return
        with self._turn:
            if self.free <= 0:
                raise Unavailable("too many requests at once")
            self.free -= 1
        g.has_place = True

    def _leave(self, _error: BaseException | None) -> None:
        if g.pop("has_place", False):
            with self._turn:
                self.free += 1
