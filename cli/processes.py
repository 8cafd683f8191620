"""Starting processes that do not outlive us, and ending processes for certain."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def ending_with_us(command: list[str]) -> list[str]:
    """The same command, which the kernel also asks to end when we are gone, however we went.

    So a server started for a test ends even when the test is killed.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else command


def is_alive(pid: int) -> bool:
    """Is there such a process, other than a zombie that waits for its parent to look?"""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def end(process: subprocess.Popen[bytes], ask: signal.Signals, *, grace_seconds: float) -> None:
    """Ask a child to end, and kill it when it does not in time."""
    if process.poll() is not None:
        return
    process.send_signal(ask)
    try:
        process.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def marked_pids(name: str, value: str) -> list[int]:
    """Every process of ours that was started with this environment variable."""
    mark = f"{name}={value}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and mark in _environment_of(entry):
            found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid() and is_alive(pid)]


def _environment_of(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def end_all(find: Callable[[], list[int]], *, grace_seconds: float) -> None:
    """Ask every process that `find` finds to end, and kill those that are left in the end."""
    for request, seconds in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, 5.0)):
        for pid in find():
            _signal(pid, request)
        if wait_until(lambda: not find(), seconds=seconds):
            return


def _signal(pid: int, request: signal.Signals) -> None:
    try:
        os.kill(pid, request)
    except ProcessLookupError:
        return


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.1) -> bool:
    """Ask until the condition holds; False when the time is over first."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)  # between two looks at the condition
    return True
