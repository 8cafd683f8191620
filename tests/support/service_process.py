"""A nameko service as a real process, started the way its `__main__` starts it."""

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.starting import start_service
from tests.support.waiting import wait_until


class ServiceProcess:
    """Runs while a `with` block lasts; its log is a file of JSON lines."""

    def __init__(self, name: str, module: str, log: Path, **environment: str) -> None:
        self.log = log
        self._name, self._module = name, module
        self._environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it may wait for its broker."""
        self.process = start_service(
            self._name, self._module, environment=os.environ | self._environment, log=self.log
        )

    def wait_until_logged(self, event: str, seconds: float = 20) -> str:
        """Wait for a log line with that event and return it."""

        def line() -> str | None:
            lines = self._told().splitlines()
            found = next((one for one in lines if f'"event": "{event}"' in one), None)
            assert found or self.is_running(), self._told()
            return found

        return str(wait_until(line, seconds, lambda: f"{event!r} was not logged:\n{self._told()}"))

    def _told(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def is_running(self) -> bool:
        """Has it not ended?"""
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds: float = 15) -> int:
        """Tell it to stop and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_logged("ready")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_running():
            assert self.process is not None
            self.process.kill()
            self.process.wait()
