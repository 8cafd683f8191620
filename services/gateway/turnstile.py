"""Lets no more requests in at once than there are places for (`places`).

Whoever asks the services keeps a thread for as long as they take. Some threads are kept back for
what is answered from memory, so that the public status is told while everything else is too slow
or too much; and who comes too many is told so at once instead of waiting in a growing line.
"""

from flask import Flask, current_app, g, request

from contracts.errors import Unavailable
from services.gateway.operations import Who, operation_of
from services.gateway.places import Places

THREADS = 64
"""Of one worker."""


class Turnstile:
    """Requests that need the services take a place; the public ones pass freely."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def install(self, app: Flask) -> None:
        """Stand before the application's requests; the places are its extension `places`."""
        app.extensions["places"] = self._places
        app.before_request(self._enter)
        app.teardown_request(self._leave)

    def _enter(self) -> None:
        operation = operation_of(current_app, request.endpoint)
        if operation is None or operation.who is Who.ANYONE:
            return
        if not self._places.take():
            raise Unavailable("too many requests at once")
        g.has_place = True

    def _leave(self, _error: BaseException | None) -> None:
        if g.pop("has_place", False):
            self._places.give_back()
