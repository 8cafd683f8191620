"""gunicorn's master: ends and replaces workers that are stuck, and shows that it lives itself.

A worker is stuck when its main loop has not turned for `timeout` seconds; requests that keep its
threads busy, however long, are none of that.
"""

from time import monotonic
from typing import Any

from gunicorn.arbiter import Arbiter

from chassis.watchdog import Pulse

LATE_SECONDS = 3.0


class DeskArbiter(Arbiter):  # type: ignore[misc]
    """Judges no worker by a time in which it was stopped itself, as together with them."""

    def __init__(self, app: Any, pulse: Pulse) -> None:
        self._pulse = pulse
        self._lenient_until = 0.0
        super().__init__(app)

    def murder_workers(self) -> None:
        """Called about once a second."""
        if self._pulse.silent_seconds() > LATE_SECONDS:
            self._lenient_until = monotonic() + LATE_SECONDS
        self._pulse.beat()
        if monotonic() >= self._lenient_until:
            super().murder_workers()
