"""Stops asking a neighbour that does not answer, so that callers fail at once instead of queueing.

Deliberately small: a count of timeouts in a row and the moment of the next trial. A refusal is an
answer; only silence counts.
"""

import threading

SILENCES_TO_OPEN = 5
REST_SECONDS = 1.0


class Breaker:
    """Closed until several calls in a row went unanswered; then one trial a second passes."""

    def __init__(self, silences_to_open: int = SILENCES_TO_OPEN) -> None:
        self._silences_to_open = silences_to_open
        self._turn = threading.Lock()
        self._silences = 0
        self._next_trial = 0.0

    def lets_through(self, now: float) -> bool:
        """May a call be made at `now` (monotonic seconds)? A trial is given out once."""
        with self._turn:
            if self._silences < self._silences_to_open:
                return True
            if now < self._next_trial:
                return False
            self._next_trial = now + REST_SECONDS
            return True

    def note_answer(self) -> None:
        """The neighbour spoke: close."""
        self._silences = 0

    def note_silence(self, now: float) -> None:
        """A call went unanswered until its deadline."""
        with self._turn:
            self._silences += 1
            if self._silences == self._silences_to_open:
                self._next_trial = now + REST_SECONDS
