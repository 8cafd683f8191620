"""gunicorn's master: ends and replaces workers that are stuck, lets none go before its successor
serves, and shows that it lives itself.

A worker is stuck when its main loop has not turned for `timeout` seconds; requests that keep its
threads busy, however long, are none of that.
"""

from time import monotonic, sleep
from typing import Any

from gunicorn.arbiter import Arbiter

from chassis.watchdog import Pulse

LATE_SECONDS = 3.0
SUCCESSOR_SECONDS = 5.0
LOOK_SECONDS = 0.05


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

    def manage_workers(self) -> None:
        """Called about once a second, and at a reload, when twice as many run: those that go still
        serve until the others do. New ones that never come to it are not waited for."""
        by_age = sorted(self.WORKERS.values(), key=lambda worker: worker.age)
        if len(by_age) > self.num_workers:
            until = monotonic() + SUCCESSOR_SECONDS
            new = by_age[-self.num_workers :]
            while monotonic() < until and not all(worker.is_serving for worker in new):
                self._pulse.beat()
                sleep(LOOK_SECONDS)
        super().manage_workers()
