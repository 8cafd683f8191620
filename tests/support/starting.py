"""Starts the desk's processes for tests.

Importing is most of what a process does before its first word, 0.7 to 1.3 s of a processor, and the
tests start hundreds. So under pytest they are forked by processes that have imported already
(`tests/support/fork_server.py`). What is forked has its own environment, log and session and is our
child: it is waited for, signalled and killed as any other, and ends with us. Only its imports are
older than it is, and some of them its neighbours'. `./support up`, which tests start too, and
`./support bench` know nothing of this.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from cli.processes import ending_with_us
from tests.support import fork_server

ROOT = Path(__file__).parents[2]
UNDER_PYTEST = "PYTEST_VERSION"
"""What pytest puts into the environment."""
RUN_SECONDS = 60
_adoption = threading.Lock()

ON_NAMEKO = (
    "chassis.service.launcher",
    "chassis.declare",
    "services.bot.subscriptions",
    *(f"services.{name}.service" for name in ("incidents", "sla", "tickets")),
)
"""What any of them needs, and so whoever declares their queues: one server serves them all."""
IMPORTED = {
    "chassis.declare": ON_NAMEKO,
    "chassis.storage.migrate": (
        "chassis.storage.migrate",
        *(f"services.{name}.settings" for name in ("bot", "incidents", "sla", "tickets")),
    ),
    "services.bot": ("chassis.garbage", "services.bot.app", "httpcore"),
    "services.gateway": ("chassis.garbage", "services.gateway.server", "services.gateway.problems"),
    "services.incidents": ON_NAMEKO,
    "services.sla": ON_NAMEKO,
    "services.tickets": ON_NAMEKO,
}
"""What is imported for a module, in this order; for any other, itself."""


def start_module(
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    log: Path | None = None,
    root: Path = ROOT,
) -> subprocess.Popen[bytes]:
    """`python -m module …`, with that environment and no other. What it says is added to `log`.
    `root` is where its source is."""
    if UNDER_PYTEST in os.environ and root == ROOT:
        code = (
            f"import runpy, sys; sys.modules.pop({module!r}, None); "
            f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
        )
        server = _server(*IMPORTED.get(module, (module,)))
        return server.fork(code, *arguments, environment=environment, log=log)
    command = ending_with_us([sys.executable, "-m", module, *arguments])
    with (log or Path(os.devnull)).open("ab") as said:
        return subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said if log else None,
            stderr=said if log else None,
            start_new_session=True,
        )


def run_module(
    module: str, *arguments: str, environment: Mapping[str, str], root: Path = ROOT
) -> None:
    """Run a module to its end. Raises CalledProcessError and TimeoutExpired."""
    process = start_module(module, *arguments, environment=environment, root=root)
    if code := process.wait(RUN_SECONDS):
        raise subprocess.CalledProcessError(code, [module, *arguments])


def start_service(
    name: str, module: str, *, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """A nameko service that has no `__main__`, started as those that have one."""
    code = f"from chassis.service.launcher import launch; launch({name!r}, module={module!r})"
    server = _server(*(ON_NAMEKO if module in ON_NAMEKO else ("chassis.service.launcher", module)))
    return server.fork(code, environment=environment, log=log)


class ForkServer:
    """Has imported some modules, and forks processes that need them, until it is closed or we end.
    They live on when it is closed."""

    def __init__(self, *modules: str) -> None:
        orders, self._orders = os.pipe()
        self._replies, replies = os.pipe()
        command = [sys.executable, "-m", fork_server.__name__, str(orders), str(replies), *modules]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=(orders, replies)
        )
        os.close(orders)
        os.close(replies)

    def fork(
        self, code: str, *arguments: str, environment: Mapping[str, str], log: Path | None
    ) -> subprocess.Popen[bytes]:
        """`python -c code …`, as a child of ours."""
        if log is not None:
            log.touch()
        order = fork_server.Order(
            code=code,
            arguments=list(arguments),
            directory=str(ROOT),
            environment=dict(environment),
            log=str(log) if log else None,
        )
        with _adopting():
            os.write(self._orders, json.dumps(order).encode() + b"\n")
            reply = os.read(self._replies, 100)
        if not reply:
            raise ChildProcessError(f"the fork server ended with {self._process.wait()}")
        return Forked(int(reply), code)

    def close(self) -> None:
        os.close(self._orders)
        os.close(self._replies)
        self._process.wait()


class Forked(subprocess.Popen[bytes]):
    """A child of ours that a server has started: all but the starting is Popen's."""

    def __init__(self, pid: int, code: str) -> None:
        self.pid, self.args, self.returncode = pid, code, None
        self.stdin = self.stdout = self.stderr = None
        self._child_created = True
        self._waitpid_lock = threading.Lock()


@contextmanager
def _adopting() -> Iterator[None]:
    """While it lasts, the kernel gives us the processes that our children leave behind."""
    with _adoption:
        fork_server.set_of_process(fork_server.SUBREAPER, 1)
        try:
            yield
        finally:
            fork_server.set_of_process(fork_server.SUBREAPER, 0)


@cache
def _server(*modules: str) -> ForkServer:
    server = ForkServer(*modules)
    atexit.register(server.close)
    return server
