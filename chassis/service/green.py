"""Patches the standard library for eventlet. Imported before anything that it patches."""

import os
from typing import Any

# eventlet's own resolver takes 0.3 s to import and knows less of a machine's names than C's.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")  # noqa: TID251  # told, not read
# psycopg chooses at import how it waits; only this way lets other green threads run meanwhile.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")  # noqa: TID251  # told, not read

import eventlet

import chassis.garbage  # importing is quicker from here on
import chassis.kernel_poll  # noqa: F401  # while it is there

eventlet.monkey_patch()

import socket  # noqa: E402

from eventlet import tpool  # noqa: E402

_look_up = socket.getaddrinfo


def _look_up_on_a_thread(*wanted: Any, **more: Any) -> Any:
    """C's resolver stands still with its thread for as long as a name server keeps silent."""
    return tpool.execute(_look_up, *wanted, **more)


socket.getaddrinfo = _look_up_on_a_thread
