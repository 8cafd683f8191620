"""Lets no more requests in at once than there are threads to spare for them, and lets no more of
them ask the services than these answer quickly (`window`).

Whoever asks the services keeps a thread for as long as they take. Some threads are kept back for
what is answered from memory, so that the public status is told while everything else is too slow
or too much; and who comes too many is told so at once instead of waiting in a growing line.
"""

import threading

from flask import Flask, current_app, g, request

from contracts.errors import Unavailable
from services.gateway.operations import Who, operation_of
from services.gateway.window import Window

THREADS = 64
"""Of one worker."""
PLACES = 48
"""How many of them may be taken by what needs the services. Nobody waits for a place: a thread that
did could refuse nobody else."""


class Turnstile:
    """`places` requests that need the services; the public ones pass freely.

    A place is taken before anything is read, the window is entered with the first question to a
    service: whoever sends a long body slowly is in nobody's way but there. While the window is full
    nobody gets a place either: under overload it counts how little a refusal costs.
    """

    def __init__(self, window: Window, places: int = PLACES) -> None:
        self.window = window
        self._turn = threading.Lock()
        self._free = places

    @property
    def free(self) -> int:
        """How many more may come in now and have their answer soon."""
        return min(self._free, self.window.free)

    def install(self, app: Flask) -> None:
        """Stand before the application's requests, and be found as its extension `turnstile`."""
        app.extensions["turnstile"] = self
        app.before_request(self._enter)
        app.teardown_request(self._leave)

    def let_ask(self) -> None:
        """The request that is being answered is about to ask a service. Raises Unavailable."""
        if not g.get("has_place", False) or g.get("is_asking", False):
            return
        if not self.window.enter():
            raise Unavailable("too many requests at once")
        g.is_asking = True

    def _enter(self) -> None:
        operation = operation_of(current_app, request.endpoint)
        if operation is None or operation.who is Who.ANYONE:
            return
        with self._turn:
            if self.free <= 0:
                raise Unavailable("too many requests at once")
            self._free -= 1
        g.has_place = True

    def _leave(self, _error: BaseException | None) -> None:
        if g.pop("is_asking", False):
            self.window.leave()
        if g.pop("has_place", False):
            with self._turn:
                self._free += 1
