"""Named points at which a test can kill this process, to prove that a crash there loses nothing."""

import os
import signal
from itertools import count

CRASH_POINTS = (
    "transaction.before_commit",
    "transaction.after_commit",
    "relay.before_publish",
    "relay.after_publish",
    "consumer.before_handling",
    "consumer.before_acknowledging",
    "ladder.before_publish",
    "ladder.before_parking",
    "ladder.after_publish",
    "replay.after_publish",
    "files.before_placing",
    "update.before_storing",
    "update.after_storing",
    "update.before_handling",
    "sender.before_sending",
    "sender.after_sending",
    "backup.before_placing",
    "restore.before_placing",
    "restore.half_placed",
    "restore.before_emptying",
)

_armed: str | None = None
_fatal_pass = 1
_passes = count(1)


def arm(point: str | None) -> None:
    """Kill the process when it next passes `point`, or passes it for the third time if that is
    `point:3`; None disarms. Raises ValueError as `read` does."""
    global _armed, _fatal_pass, _passes
    name, fatal_pass = (None, 1) if point is None else read(point)
    _armed, _fatal_pass, _passes = name, fatal_pass, count(1)


def read(point: str) -> tuple[str, int]:
    """The name and the pass that are meant. Raises ValueError for a name that is not a crash point,
    or a pass that never comes, so that a misspelt test cannot pass by never crashing."""
    name, colon, fatal_pass = point.partition(":")
    if name not in CRASH_POINTS:
        raise ValueError(f"{name!r} is no crash point; known are {', '.join(CRASH_POINTS)}")
    if colon and not (fatal_pass.isdecimal() and int(fatal_pass)):
        raise ValueError(f"{fatal_pass!r} is no pass of a crash point: they are counted from 1")
    return name, int(fatal_pass or 1)


def crash_point(name: str) -> None:
    """Die here, without any cleaning up, if this is the armed point and pass."""
    if name == _armed and next(_passes) == _fatal_pass:
        os.kill(os.getpid(), signal.SIGKILL)
