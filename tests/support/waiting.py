"""Waiting for a condition, never for a time: the one place of the tests that sleeps for it."""

import time
from collections.abc import Callable
from typing import Any


def wait_until(
    look: Callable[[], Any],
    seconds: float = 20,
    describe: Callable[[], str] | str = "it did not come true",
) -> Any:
    """What `look` returns as soon as it is true. Fails with a description after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > deadline:
            told = describe if isinstance(describe, str) else describe()
            raise AssertionError(f"not within {seconds} s: {told}")
        time.sleep(0.02)  # between two looks at the condition
