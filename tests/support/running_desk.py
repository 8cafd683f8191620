"""A whole desk under test: its broker, its databases, its Telegram and five real processes."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import jwt

from tests.support import plain_http
from tests.support.botapi import MAIN_BOT, MAIN_BOT_TOKEN, SUPPORT_BOT_TOKEN, TelegramWorld
from tests.support.migrated import new_file
from tests.support.starting import ROOT, run_module, start_module
from tests.support.waiting import wait_until

PROCESSES = ("tickets", "incidents", "sla", "gateway", "bot")
SERVICES = ("tickets", "incidents", "sla")
DATABASES = ("tickets", "incidents", "sla", "bot")
JWT_SECRET = "a secret of the tests, long enough for HS256"
AGENT_ID = 7001
OTHER_AGENT_ID = 7002
START_SECONDS = 60.0
READY = '"event": "ready"'


class RunningDesk:
    """Five processes that can be killed, started again and asked over HTTP and Telegram."""

    def __init__(
        self,
        directory: Path,
        amqp_url: str,
        telegram: TelegramWorld,
        databases: dict[str, str],
        *,
        replicas: int = 1,
        own_environments: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """`replicas` is how many of each service run; the first of them bears its bare name.
        `own_environments` says by process what it is told otherwise than the rest."""
        self.members = _members(replicas)
        self.directory = directory
        self.root = ROOT
        """The source that processes are started from; another one for a desk of another version."""
        self.amqp_url = amqp_url
        self.telegram = telegram
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.databases = databases
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._own_environments = own_environments or {}
        self._clock = directory / "clock"
        self.environment = os.environ | {
            "AMQP_URL": amqp_url,
            "SUPPORT_DATA_DIR": str(directory / "data"),
            "SUPPORT_PORT": str(self.port),
            "SUPPORT_JWT_SECRET": JWT_SECRET,
            "SUPPORT_BOT_TOKEN": SUPPORT_BOT_TOKEN,
            "TELEGRAM_BOT_TOKEN": MAIN_BOT_TOKEN,
            "TELEGRAM_BOT_USERNAME": MAIN_BOT,
            "TELEGRAM_API_URL": telegram.url,
            "SUPPORT_AGENT_IDS": f"{AGENT_ID},{OTHER_AGENT_ID}",
            "SUPPORT_CLOCK_FILE": str(self._clock),
            "SUPPORT_RATE_LIMITS": "off",
            "SUPPORT_TIMEZONE": "Europe/Moscow",
            **{f"{name.upper()}_DATABASE_URL": url for name, url in databases.items()},
        }

    def up(self) -> None:
        """Migrate, start everything and wait until health says ok."""
        self.migrate()
        for name in self.members:
            self.start(name)
        self.wait_until_healthy()

    def database_of(self, process: str) -> str:
        """The URL of a process's database, which is a file in the data directory when none was
        named."""
        return self.databases.get(process) or f"sqlite:///{self._file_of(process)}"

    def migrate(self) -> None:
        """Bring databases and queues to what the source asks for."""
        with ThreadPoolExecutor() as beside:
            list(beside.map(lambda work: work(), (self._migrate_databases, self._declare_queues)))

    def _declare_queues(self) -> None:
        self.run("chassis.declare", *DATABASES)

    def _migrate_databases(self) -> None:
        """A file that is not there yet, for the source of the tests, need only be copied."""
        missing = {name for name in DATABASES if self.root == ROOT and self._is_missing(name)}
        for name in missing:
            self._file_of(name).parent.mkdir(parents=True, exist_ok=True)
            new_file(name, self._file_of(name).parent)
        if others := [name for name in DATABASES if name not in missing]:
            self.run("chassis.storage.migrate", *others)

    def _is_missing(self, process: str) -> bool:
        return process not in self.databases and not self._file_of(process).exists()

    def _file_of(self, process: str) -> Path:
        return self.directory / "data" / f"{process}.sqlite3"

    def run(self, module: str, *arguments: str) -> None:
        """Run a module of the project to its end."""
        run_module(module, *arguments, environment=self.environment, root=self.root)

    def start(self, name: str, **environment: str) -> None:
        """Start a process, such as `tickets` or its replica `tickets-2`, with something more in
        its environment if need be."""
        own = self._own_environments.get(name, {})
        self.processes[name] = start_module(
            f"services.{name.partition('-')[0]}",
            environment={**self.environment, **own, **environment},
            log=self.directory / f"{name}.log",
            root=self.root,
        )

    def start_and_wait(self, name: str, seconds: float = 30, **environment: str) -> None:
        """Start a process and wait until it says that it is ready."""
        lives = self.log(name).count(READY)
        self.start(name, **environment)
        wait_until(lambda: self.log(name).count(READY) > lives, seconds, f"{name} is not ready")

    def kill(self, name: str) -> None:
        """End a process and its children as a power cut would."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def freeze(self, name: str) -> None:
        """Let a process and its children stand still until `thaw`."""
        os.killpg(self.processes[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.killpg(self.processes[name].pid, signal.SIGCONT)

    def stop(self, name: str, seconds: float = 15) -> int:
        """Ask a process to end, and return its exit code."""
        process = self.processes[name]
        process.terminate()
        return process.wait(timeout=seconds)

    def stop_all(self, *but: str, seconds: float = 15) -> None:
        """Ask all processes (but some) to end, and wait until they have."""
        ending = [process for name, process in self.processes.items() if name not in but]
        for process in ending:
            process.terminate()
        for process in ending:
            process.wait(timeout=seconds)

    def wait_for_death(self, name: str, seconds: float = 15) -> None:
        """Wait until a process has ended by itself, as at an armed crash point."""
        self.processes[name].wait(timeout=seconds)

    def down(self) -> None:
        """End everything."""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def wait_until_healthy(self) -> None:
        """Wait until every process answers."""

        def look() -> bool:
            for name, process in self.processes.items():
                assert process.poll() is None, f"{name} ended:\n{self.log(name)[-4000:]}"
            return self.health().get("status") == "ok"

        wait_until(look, START_SECONDS, lambda: f"health: {self.health()}")

    def wait_until_live(self) -> None:
        """Wait until the gateway answers, whatever it has to say of the rest."""
        wait_until(lambda: self.health()["status"] != "unreachable", START_SECONDS)

    def health(self) -> dict[str, Any]:
        """What health says, or why it could not be asked."""
        try:
            answer = plain_http.get(f"{self.url}/api/support/health/", timeout=5)
        except httpx.HTTPError as error:
            return {"status": "unreachable", "error": repr(error)}
        health: dict[str, Any] = answer.json()
        return health

    def log(self, name: str) -> str:
        """Everything a process has logged."""
        return (self.directory / f"{name}.log").read_text(encoding="utf-8")

    def set_clock(self, seconds: float) -> None:
        """Move the clock of all processes to so many seconds after the machine's."""
        half_written = self._clock.with_suffix(".new")
        half_written.write_text(str(seconds), encoding="ascii")
        half_written.replace(self._clock)

    def token(self, user_id: str, *, name: str = "", is_admin: bool = False, **claims: Any) -> str:
        """What the host application would give this user."""
        role = "admin" if is_admin else "user"
        known = {"sub": user_id, "name": name, "role": role, "exp": int(time.time()) + 86_400 * 60}
        return jwt.encode(known | claims, JWT_SECRET, algorithm="HS256")


NewDesk = Callable[[], AbstractContextManager[RunningDesk]]
"""Brings up a desk for as long as a `with` block lasts."""


def _members(replicas: int) -> list[str]:
    """The names of all processes, a service's further replicas numbered."""
    more = [f"{name}-{number}" for number in range(2, replicas + 1) for name in SERVICES]
    return [*PROCESSES, *more]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
