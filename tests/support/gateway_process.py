"""The gateway as a real process on a port of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from socket import socket
from types import TracebackType
from typing import Any, Self

import requests

from cli.ports import choose_port
from tests.support.gateway import API, SECRET, token
from tests.support.starting import ROOT, start_module
from tests.support.waiting import wait_until

HANDED_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, "-m", "services.gateway"])
"""


class GatewayProcess:
    """Runs while a `with` block lasts."""

    def __init__(self, data_dir: Path, amqp_url: str, **environment: str) -> None:
        self.port = choose_port()
        self.log = data_dir / "gateway.log"
        self._environment = {
            "AMQP_URL": amqp_url,
            "SUPPORT_DATA_DIR": str(data_dir),
            "SUPPORT_PORT": str(self.port),
            "SUPPORT_JWT_SECRET": SECRET,
            "SUPPORT_RATE_LIMITS": "off",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        wait_until(self.is_live)
        return self

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, and do not wait."""
        self.process = self._start(os.environ | self._environment)
        return self.process

    def _start(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        return start_module("services.gateway", environment=environment, log=self.log)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def is_live(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
        try:
            return self.asks("GET", "/health/?probe=live").status_code == 200
        except requests.ConnectionError:
            return False

    def asks(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request on a connection of its own, by nobody in particular."""
        url = f"http://127.0.0.1:{self.port}{API}{path}"
        return requests.request(method, url, **{"timeout": 15, **options})

    def as_user(
        self, method: str, path: str, *, user: str = "anna", **options: Any
    ) -> requests.Response:
        """The same with a user's token."""
        headers = {"Authorization": f"Bearer {token(user)}", **options.pop("headers", {})}
        return self.asks(method, path, headers=headers, **options)

    def opens_ticket(self, **options: Any) -> requests.Response:
        return self.as_user("POST", "/tickets/", json={"description": "Не вхожу"}, **options)

    def signals(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)


class GatewayOnSocket(GatewayProcess):
    """Takes a socket that listens already, as systemd hands one over (sd_listen_fds(3))."""

    def __init__(self, data_dir: Path, amqp_url: str, given: socket, **environment: str) -> None:
        port = given.getsockname()[1]
        super().__init__(data_dir, amqp_url, **{"SUPPORT_PORT": str(port), **environment})
        self.port = port
        self._given = given

    def _start(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        number = self._given.fileno()
        with self.log.open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-c", HANDED_OVER, str(number)],
                cwd=ROOT,
                env=environment,
                pass_fds=[number],
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
