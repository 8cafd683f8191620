"""Whom the host's token joins with somebody in Telegram is told to tickets when they read or write
on, not only when they open a ticket: who has written in Telegram alone finds it in the app."""

from collections.abc import Callable
from time import monotonic

from services.gateway.identity import Identity

GOOD_FOR_SECONDS = 60.0
"""Another worker may have heard of another Telegram id since; the last one named stands."""
MOST = 10_000


class Introductions:
    """Remembers for a while whom this worker has introduced."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._made: dict[str, tuple[int, float]] = {}

    def is_due(self, caller: Identity) -> bool:
        """A token that names no Telegram id joins nobody."""
        if caller.telegram_id is None:
            return False
        telegram_id, until = self._made.get(caller.sub, (0, 0.0))
        return telegram_id != caller.telegram_id or self._clock() >= until

    def note(self, caller: Identity) -> None:
        if caller.telegram_id is None:
            return
        if len(self._made) >= MOST:
            self._made.clear()
        self._made[caller.sub] = caller.telegram_id, self._clock() + GOOD_FOR_SECONDS
