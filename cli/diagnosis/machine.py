"""The machine below the desk: Python, packages, clock, disk, and the gateway's port."""

import platform
import shutil
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256
from os.path import exists
from pathlib import Path
from urllib.parse import urlsplit

from chassis.files.folder import LEAST_FREE_BYTES
from cli.desk import ROOT, Desk
from cli.diagnosis.finding import Finding, bad, well
from cli.gateway import failing_checks, health
from cli.ports import is_free

_LOCK = ROOT / "requirements.lock"


def examine(desk: Desk) -> list[Finding]:
    """Everything that does not need the desk to run."""
    return [_python(), _packages(), _clock(), examine_disk(desk)]


def runs_on(version: tuple[int, int]) -> bool:
    """Is it a Python that `./support` makes its environment with?"""
    return (3, 11) <= version <= (3, 13)


def _python() -> Finding:
    version = platform.python_version()
    if runs_on(sys.version_info[:2]):
        return well(f"Python is {version}.")
    return bad(f"Python is {version}.", "Install Python 3.11, 3.12 or 3.13 and remove .venv.")


def _packages() -> Finding:
    wanted = f"{sha256(_LOCK.read_bytes()).hexdigest()}  {_LOCK.name}"
    for name in (_LOCK.name, "requirements-dev.lock"):
        stamp = Path(sys.prefix) / f".installed-{name}"
        if stamp.exists() and (name != _LOCK.name or stamp.read_text().strip() == wanted):
            return well(f"The packages of {name} are installed.")
    return bad(
        f"The packages are not those of {_LOCK.name}.",
        "Start commands as ./support, which installs them.",
    )


def _clock() -> Finding:
    now = datetime.fromtimestamp(time.time(), UTC)
    written = datetime.fromtimestamp(_LOCK.stat().st_mtime, UTC)
    if now < written:
        return bad(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, which is before this desk was installed.",
            "Set the clock (timedatectl set-ntp true): every deadline hangs on it.",
        )
    return well(f"The clock says {now:%Y-%m-%d %H:%M} UTC.")


def examine_disk(desk: Desk) -> Finding:
    """Room for what the desk keeps, wherever that is or will be."""
    # Where we may not look there is nothing for us; a Path would raise.
    place = next(path for path in (desk.data_dir, *desk.data_dir.parents) if exists(path))
    free = shutil.disk_usage(place).free
    what = f"{free // 1_000_000} MB are free for {desk.data_dir}."
    if free < LEAST_FREE_BYTES:  # RabbitMQ stops taking messages at 50 MB
        return bad(what, "Make room: nobody can send files now, and later the broker stops.")
    return well(what)


def examine_gateway(desk: Desk) -> Finding:
    """The health endpoint, or the port where it would be."""
    status, answer = health(desk.address)
    if status == 200:
        return well(f"The gateway at {desk.address} says that every process answers.")
    if status == 503:
        ill = [name for name, check in answer.get("checks", {}).items() if _is_ill(check)]
        said = ", ".join(_described(desk, name) for name in ill) or "unknown"
        return bad(
            f"The gateway answers, but not all is well: {said}.",
            f"The logs in {desk.logs} say more.",
        )
    port = urlsplit(desk.address).port or 80
    if is_free(port):
        return bad("The desk does not run.", "Start it: ./support up")
    return bad(
        f"Another program holds port {port}.",
        "Stop it, or start the desk elsewhere: ./support up --port 8081",
    )


def _described(desk: Desk, name: str) -> str:
    """Who is not well, and what it says of it when it can still speak."""
    port = desk.metrics_ports.get(name)
    lacks = failing_checks(port) if port else {}
    reasons = "; ".join(f"{check}: {reason}" for check, reason in lacks.items())
    return f"{name} ({reasons})" if reasons else name


def _is_ill(check: object) -> bool:
    return isinstance(check, dict) and check.get("status") not in ("ok", "idle")
