"""Counters of the rate limits, shared by the workers of one host in a small SQLite file.

They may be lost, so nothing waits for the disk; and they never stand in the way: a file that
cannot be used is the caller's `CountersError`, to be let pass.
"""

import sqlite3
import threading
import time
from pathlib import Path

from limits.storage import Storage

BUSY_MS = 100
SWEEP_EVERY = 1_000
QUICKER_SECONDS = 5.0

_TABLE = """
CREATE TABLE IF NOT EXISTS counters (
    key TEXT PRIMARY KEY, hits INTEGER NOT NULL, ends REAL NOT NULL
) WITHOUT ROWID
"""
_COUNT = """
INSERT INTO counters (key, hits, ends) VALUES (:key, :amount, :now + :expiry)
ON CONFLICT (key) DO UPDATE SET
    hits = iif(ends > :now AND ends < :too_late, hits + excluded.hits, excluded.hits),
    ends = iif(ends > :now AND ends < :too_late, ends, excluded.ends)
RETURNING hits
"""
"""A window that would end much later than one that begins now was begun before the clock was set
back; nobody is to wait for that time to come again. A little later is one that somebody began who
looked at the clock after us and was quicker."""

CountersError = sqlite3.Error


class SharedCounters(Storage):
    """A storage of the `limits` library: windows that begin with their first hit."""

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._hits_until_sweep = SWEEP_EVERY

    @property
    def base_exceptions(self) -> type[Exception]:
        return CountersError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        with self._turn:
            values = {"key": key, "amount": amount, "now": now, "expiry": expiry}
            values["too_late"] = now + expiry + QUICKER_SECONDS
            ((hits,),) = self._open().execute(_COUNT, values).fetchall()
            self._sweep(now)
        return int(hits)

    def get(self, key: str) -> int:
        return int(self._row(key)[0])

    def get_expiry(self, key: str) -> float:
        return float(self._row(key)[1])

    def check(self) -> bool:
        self._row("")
        return True

    def reset(self) -> int:
        with self._turn:
            return self._open().execute("DELETE FROM counters").rowcount

    def clear(self, key: str) -> None:
        with self._turn:
            self._open().execute("DELETE FROM counters WHERE key = ?", [key])

    def _row(self, key: str) -> tuple[int, float]:
        query = "SELECT hits, ends FROM counters WHERE key = ? AND ends > ?"
        with self._turn:
            found = self._open().execute(query, [key, time.time()]).fetchone()
        return found or (0, time.time())

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000
            )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(_TABLE)
            self._connection = connection
        return self._connection

    def _sweep(self, now: float) -> None:
        self._hits_until_sweep -= 1
        if self._hits_until_sweep <= 0:
            self._hits_until_sweep = SWEEP_EVERY
            self._open().execute("DELETE FROM counters WHERE ends <= ?", [now])
