"""Waiting for a condition, never for a time: the one place of the tests that sleeps for it."""

import time
from collections.abc import Callable
from typing import Any

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.1
"""A look may be a request to the desk, and many of them keep from its work what is waited for."""


def wait_until(
    look: Callable[[], Any],
    seconds: float = 20,
    describe: Callable[[], str] | str = "it did not come true",
) -> Any:
    """What `look` returns as soon as it is true. Fails with a description after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        if found := look():
            return found
        if time.monotonic() > deadline:
            told = describe if isinstance(describe, str) else describe()
            raise AssertionError(f"not within {seconds} s: {told}")
        time.sleep(pause)  # between two looks at the condition
        pause = min(1.5 * pause, LONGEST_PAUSE_SECONDS)
