"""Ends a process whose loop is stuck, loudly, so that its supervisor can start it again.

The loop beats a `Pulse`; a real thread listens. Time is counted by that thread's own ticks: a
process that was stopped (SIGSTOP) or slept with its machine has not ticked meanwhile, so when it
goes on it is not taken for a stuck one. A loop that holds Python's lock the whole time, as a
regular expression gone wild does, silences the thread with itself and is not caught here.
"""

import faulthandler
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from time import monotonic
from typing import NoReturn

from chassis.clock import SystemClock

BEAT_SECONDS = 1.0
TICK_SECONDS = 0.5
STUCK_SECONDS = 10.0
STUCK_EXIT_CODE = 3
TELLING_SECONDS = 2.0

Spawn = Callable[[Callable[[], None]], object]


def start_thread(run: Callable[[], None]) -> None:
    """Run it on a thread that ends with the process."""
    threading.Thread(target=run, daemon=True).start()


class Pulse:
    """The beats of a loop: about one a second while it is alive."""

    def __init__(self) -> None:
        self.beats = 0
        self._beat_at = monotonic()

    def beat(self) -> None:
        self.beats += 1
        self._beat_at = monotonic()

    def silent_seconds(self) -> float:
        """How long ago the last beat was."""
        return monotonic() - self._beat_at

    def is_alive(self) -> bool:
        return self.silent_seconds() < STUCK_SECONDS


class Watchdog:
    """The thread that listens to a pulse. In a process with eventlet `spawn` and `pause` must be
    of the original modules, and nothing here may touch a lock or a logger: those are green."""

    def __init__(
        self,
        process: str,
        pulse: Pulse,
        *,
        spawn: Spawn = start_thread,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._process = process
        self._pulse = pulse
        self._spawn = spawn
        self._pause = pause

    def start(self) -> None:
        self._spawn(self._watch)

    def _watch(self) -> None:
        heard, silent_ticks = self._pulse.beats, 0
        while silent_ticks * TICK_SECONDS < STUCK_SECONDS:
            self._pause(TICK_SECONDS)
            beats = self._pulse.beats
            silent_ticks = silent_ticks + 1 if beats == heard else 0
            heard = beats
        reason = f"the loop has been stuck for {STUCK_SECONDS:.0f} s"
        end_loudly(self._process, reason, spawn=self._spawn, pause=self._pause)


def end_loudly(
    process: str,
    reason: str,
    *,
    spawn: Spawn = start_thread,
    pause: Callable[[float], None] = time.sleep,
) -> NoReturn:
    """End this process with exit code 3, a critical line and the stacks of all threads on stderr.

    Nothing is finished: unacknowledged messages come again, open transactions roll back. Whoever
    reads stderr may be what everything waits for, so telling may not hold up the end.
    """
    is_told: list[bool] = []

    def tell() -> None:
        os.write(sys.stderr.fileno(), _line(process, reason))
        faulthandler.dump_traceback(sys.stderr.fileno(), all_threads=True)
        is_told.append(True)

    spawn(tell)
    for _ in range(int(TELLING_SECONDS / 0.1)):
        if is_told:
            break
        pause(0.1)
    os._exit(STUCK_EXIT_CODE)


def _line(process: str, reason: str) -> bytes:
    """As `chassis.logs` would write it."""
    line = {
        "event": reason,
        "level": "critical",
        "logger": __name__,
        "process": process,
        "timestamp": SystemClock().now().isoformat(),
    }
    return f"{json.dumps(line)}\n".encode()
