"""How often one caller may ask, over all workers of this host."""

import math
import time
from pathlib import Path

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from structlog import get_logger

from contracts.desk import Limits
from services.gateway.counters import CountersError, SharedCounters

log = get_logger()


class TooOften(Exception):
    """The caller has used up the window; it may ask again in `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after


class Limiter:
    """Counts; each method raises TooOften. When it cannot count it lets everybody pass."""

    def __init__(self, path: Path, limits: Limits, *, is_on: bool = True) -> None:
        self._limiter = FixedWindowRateLimiter(SharedCounters(path))
        self._writes = RateLimitItemPerMinute(limits.writes_per_minute)
        self._reads = RateLimitItemPerMinute(limits.reads_per_minute)
        self._uploads = RateLimitItemPerHour(limits.upload_megabytes_per_hour)
        self._failures = RateLimitItemPerMinute(limits.failed_authentications_per_minute)
        self._is_on = is_on

    def count_request(self, user: str, *, is_write: bool) -> None:
        """A known user asks for something."""
        if is_write:
            self._count(self._writes, "writes", user)
        else:
            self._count(self._reads, "reads", user)

    def count_upload(self, user: str, size: int) -> None:
        """A known user sends files of so many bytes, whatever becomes of them."""
        self._count(self._uploads, "uploads", user, math.ceil(size / 1_000_000))

    def count_failed_authentication(self, address: str) -> None:
        """Somebody came with a bad token. Good ones from the same address stay welcome."""
        self._count(self._failures, "failed", address)

    def _count(self, limit: RateLimitItem, kind: str, caller: str, cost: int = 1) -> None:
        if not self._is_on:
            return
        try:
            if self._limiter.hit(limit, kind, caller, cost=cost):
                return
            ends = self._limiter.get_window_stats(limit, kind, caller).reset_time
        except (CountersError, OSError) as error:
            log.warning("requests cannot be counted", error=str(error))
            return
        raise TooOften(max(1, math.ceil(ends - time.time())))
