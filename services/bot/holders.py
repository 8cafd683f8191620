"""Names one life of a process, so that others on the same machine see at once that it is over."""

import os
import socket
from pathlib import Path
from uuid import uuid4

_GONE = ("Z", "X")


def own_name() -> str:
    """This life: where it is lived, which process it is and when that began; never said twice."""
    began = _began(os.getpid()) or ""
    return "|".join((_place(), str(os.getpid()), began, uuid4().hex[:12]))


def is_over(name: str) -> bool:
    """Whether that life is known to have ended. False for any that is lived elsewhere."""
    place, *rest = name.split("|")
    if len(rest) != 3 or not place or place != _place():
        return False
    process, began, _ = rest
    return bool(began) and _began(int(process)) != began


def shown(name: str) -> str:
    """What a log line says of a holder."""
    place, process, *_ = [*name.split("|"), ""]
    return f"process {process} of {place.partition('/')[0]}"


def _place() -> str:
    """Host, boot and process namespace: within these a process's number names one process."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return ""
    return f"{socket.gethostname()[:60]}/{boot}/{space}"


def _began(process: int) -> str | None:
    """When a process began, in the kernel's ticks; None when it has ended."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = told.rpartition(")")[2].split()
    return None if fields[0] in _GONE else fields[19]
