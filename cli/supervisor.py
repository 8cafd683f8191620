"""supervisord over the desk's programs: its configuration, its life, and what it says of them."""

import os
import signal
import subprocess
import sys
import tempfile
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from cli.desk import ROOT, Desk
from cli.processes import end, end_all, ending_with_us, marked_pids, wait_until
from cli.supervisor_file import Program, configuration

MARK = "SUPPORT_SUPERVISED_IN"
"""In the environment of every process under the supervisor, with the data directory as value:
so what a dead run left behind is found, and told from everything else on the machine."""

_SOCKET_PATH_LIMIT = 99
"""Bytes: a name may have 107, and supervisord adds its process id to it for a moment."""


@dataclass(frozen=True)
class Seen:
    """What the supervisor says of a program."""

    name: str
    state: str
    pid: int


class Supervisor:
    """supervisord as a child of ours, spoken to through its socket in the data directory."""

    def __init__(self, desk: Desk, programs: list[Program], stages: Iterable[str]) -> None:
        self._desk = desk
        self._programs = programs
        self._stages = list(stages)
        self._socket = _socket_path(desk)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, environment: dict[str, str]) -> None:
        """Start supervisord itself; no program yet."""
        file = self._desk.run / "supervisord.conf"
        file.touch(mode=0o600)
        file.write_text(configuration(self._desk, self._socket, self._programs, self._stages))
        command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(file)]
        # In a session of its own: Ctrl-C in the terminal is for us, not for the programs.
        self._process = subprocess.Popen(
            ending_with_us(command),
            cwd=ROOT,
            env=environment | {MARK: str(self._desk.data_dir)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self._answers, seconds=15)

    def start_stage(self, stage: str) -> None:
        """Start the programs of a stage together."""
        self._ask("startProcessGroup", stage, False)

    def seen(self) -> list[Seen]:
        """How every program is, now; nothing when supervisord is gone."""
        try:
            return [
                Seen(info["name"], info["statename"], info["pid"])
                for info in self._ask("getAllProcessInfo")
            ]
        except (OSError, HTTPException, xmlrpc.client.Error):
            return []

    def is_alive(self) -> bool:
        """Does supervisord itself run?"""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End every program in order, then supervisord, then whatever is left."""
        if self._process is not None:
            end(self._process, signal.SIGTERM, grace_seconds=60)
        end_leftovers(self._desk)

    def _ask(self, method: str, *arguments: Any) -> Any:
        """On a fresh line each time: one on which a call has failed is of no use any more."""
        transport = SupervisorTransport(serverurl=f"unix://{self._socket}")
        proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        finally:
            transport.close()

    def _answers(self) -> bool:
        return bool(self.seen()) or not self.is_alive()


def _socket_path(desk: Desk) -> Path:
    """In the data directory, unless its name is too long for a socket's."""
    path = desk.run / "supervisor.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT:
        return path
    name = sha256(str(desk.data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"support-{os.geteuid()}-{name}.sock"


def end_leftovers(desk: Desk) -> None:
    """End what an earlier run on this data directory left behind, supervisor first."""
    supervisor = _recorded_pid(desk.run / "supervisord.pid")
    end_all(lambda: [pid for pid in _ours(desk) if pid == supervisor], grace_seconds=60)
    end_all(lambda: _ours(desk), grace_seconds=20)


def _ours(desk: Desk) -> list[int]:
    return marked_pids(MARK, str(desk.data_dir))


def _recorded_pid(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0
