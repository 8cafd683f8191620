"""Work that a service does over and over in the background, on a green thread of its own.

Not nameko's timer: that one falls silent while all workers are busy, and then fires many times.
"""

from abc import ABC, abstractmethod
from time import monotonic
from typing import Any

import eventlet
from eventlet.queue import Empty, Full, LightQueue
from nameko.extensions import DependencyProvider
from structlog import get_logger

from contracts.errors import Unavailable

LONGEST_REST_SECONDS = 5.0
STOP_SECONDS = 5.0
LATE_SECONDS = 20.0

log = get_logger()


class Loop(DependencyProvider, ABC):
    """Calls `run_once` every `interval` seconds, and at once after `wake`.

    Declared as a dependency of the service class, which may wake it. An error is logged and the
    rest before the next run doubles; it never ends the process. A run that returns True has more
    to do and is repeated without rest.
    """

    interval: float = 1.0
    gathering: float = 0.0
    """Seconds to wait after being woken, so that one run does the work of several wakes."""
    pace: float = 0.0
    """Seconds from the begin of one run to that of the next at least: who is woken all the time
    does more in each."""
    finishes: bool = False
    """Run once more when told to stop? Whoever was in hand until then may have left work."""
    expected: tuple[type[Exception], ...] = (Unavailable,)
    """What may happen without being a bug: a database or a broker that is away."""

    @abstractmethod
    def run_once(self) -> bool | None:
        """Do one round of the work; True when there is more at once."""

    def setup(self) -> None:
        """Prepare to be woken. A subclass that sets up more calls this first."""
        self._waking: LightQueue = LightQueue(maxsize=1)
        self._is_stopping = False
        self._failures = 0
        self._last_run_at = self._begun_at = monotonic()
        self._thread: Any = None

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, type(self).__name__)

    def stop(self) -> None:
        """Return after the run in progress and the last one; what takes long is cut off."""
        self._is_stopping = True
        self.wake()
        if self._thread is None:
            return
        with eventlet.Timeout(STOP_SECONDS, exception=False):
            self._thread.wait()
            return
        self._thread.kill()

    def kill(self) -> None:
        if self._thread is not None:
            self._thread.kill()

    def get_dependency(self, worker_ctx: Any) -> "Loop":
        return self

    def wake(self) -> None:
        """Let the next run begin now, or right after the one in progress."""
        try:
            self._waking.put_nowait(None)
        except Full:
            return

    def is_late(self) -> bool:
        """Should a run have ended well by now?"""
        return monotonic() - self._last_run_at > 2 * self.interval + LATE_SECONDS

    def _run(self) -> None:
        while not self._is_stopping:
            has_more = self._run_guarded()
            if has_more:
                eventlet.sleep(0)
            else:
                self._rest()
        if self.finishes and not self._failures:
            self._run_guarded()

    def _run_guarded(self) -> bool:
        self._begun_at = monotonic()
        try:
            has_more = bool(self.run_once())
        except self.expected as error:
            self._failures += 1
            log.warning("a background run waits", loop=type(self).__name__, error=str(error))
            return False
        except Exception:
            self._failures += 1
            log.exception("a background run failed", loop=type(self).__name__)
            return False
        self._failures = 0
        self._last_run_at = monotonic()
        return has_more

    def _rest(self) -> None:
        """Wait for the next round. After a failure waking does not cut the rest short."""
        if not self._failures:
            self._wait_to_be_woken(self.interval)
            return
        doubled = self.interval * 2 ** min(self._failures, 10)
        rest = min(doubled, max(self.interval, LONGEST_REST_SECONDS))
        until = monotonic() + rest
        while not self._is_stopping and (left := until - monotonic()) > 0:
            self._wait_to_be_woken(left)

    def _wait_to_be_woken(self, seconds: float) -> None:
        try:
            self._waking.get(timeout=seconds)
        except Empty:
            return
        eventlet.sleep(max(self.gathering, self._begun_at + self.pace - monotonic()))
