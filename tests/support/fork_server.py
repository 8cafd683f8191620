"""A process that has imported a part of the project, and forks whatever is to run it.

python -m tests.support.fork_server <orders> <replies> <module> [<module> …]

`orders` and `replies` are descriptors: a line of JSON (`Order`) comes in by the one, a line with a
process id goes out by the other. `tests/support/starting.py` gives the orders.
"""

import sys
from importlib import import_module

if __name__ == "__main__":  # before all others: some of these patch the standard library
    for _module in sys.argv[3:]:
        import_module(_module)

import ctypes
import gc
import json
import os
import posix  # what eventlet leaves as it is
import signal
from collections.abc import Mapping
from typing import TypedDict

DEATH_SIGNAL, SUBREAPER = 1, 36
"""Of linux/prctl.h: PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER."""


class Order(TypedDict):
    """What is to run: Python's words as after `python -c`, and what is around them."""

    code: str
    arguments: list[str]
    directory: str
    environment: Mapping[str, str]
    log: str | None
    """The file to which it writes all that it says; None for the server's own output."""


def set_of_process(option: int, value: int) -> None:
    """prctl(2). Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl({option}, {value})")


def serve(orders: int, replies: int) -> Order | None:
    """Fork for each order. Returns it in the new process, and None in the server, once nobody is
    left to give another."""
    gc.collect()
    gc.freeze()  # whoever is forked would look through it all, and copy every page of it
    with open(orders, "rb") as lines:
        while line := lines.readline():
            between = os.fork()
            if between:
                posix.waitpid(between, 0)
                continue
            between = os.getpid()
            if os.fork():
                os._exit(0)  # the kernel gives the new process to who gave the order
            while os.getppid() == between:
                posix.sched_yield()
            order: Order = json.loads(line)
            _begin(order)
            os.write(replies, f"{os.getpid()}\n".encode())
            os.close(replies)
            return order
    return None


def _begin(order: Order) -> None:
    """Become a process like one that was started in the common way."""
    set_of_process(DEATH_SIGNAL, signal.SIGTERM)
    os.setsid()
    os.chdir(order["directory"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv[:] = ["-c", *order["arguments"]]
    _open_as(0, os.devnull, os.O_RDONLY)
    if order["log"]:
        for descriptor in (1, 2):
            _open_as(descriptor, order["log"], os.O_WRONLY | os.O_APPEND)
    if "eventlet" in sys.modules:
        from eventlet import hubs

        hubs.use_hub()  # a new one: what watches descriptors is the server's, and shared


def _open_as(descriptor: int, file: str, flags: int) -> None:
    opened = posix.open(file, flags)
    os.dup2(opened, descriptor)
    os.close(opened)


if __name__ == "__main__":
    if ordered := serve(int(sys.argv[1]), int(sys.argv[2])):
        exec(compile(ordered["code"], "<string>", "exec"), {"__name__": "__main__"})
