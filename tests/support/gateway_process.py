"""The gateway as a real process on a port of its own."""

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from cli.ports import choose_port
from tests.support.gateway import API, SECRET, token
from tests.support.starting import start_module
from tests.support.waiting import wait_until


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
        environment = os.environ | self._environment
        self.process = start_module("services.gateway", environment=environment, log=self.log)
        wait_until(self.is_live)
        return self

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

    def as_user(self, method: str, path: str, **options: Any) -> requests.Response:
        """The same with a user's token."""
        headers = {"Authorization": f"Bearer {token()}", **options.pop("headers", {})}
        return self.asks(method, path, headers=headers, **options)

    def opens_ticket(self, **options: Any) -> requests.Response:
        return self.as_user("POST", "/tickets/", json={"description": "Не вхожу"}, **options)

    def signals(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)
