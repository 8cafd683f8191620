"""A private PostgreSQL for tests: its own data and port, trusting whoever is on this machine."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from cli.packages import find_program, require_program
from cli.ports import LOOPBACK, choose_port
from cli.processes import end, ending_with_us, is_alive, wait_until
from cli.trouble import Trouble

START_SECONDS = 30.0
CONNECT_SECONDS = 10
_OWNER = "postgres"
_PLACES = ("/usr/lib/postgresql/*/bin/postgres", "postgres")

_SETTINGS = ("max_connections=200",)
# The data dies with the machine's life at the latest, so nothing need reach the disk itself.
_UNSAFE = ("fsync=off", "full_page_writes=off")
_FORGETFUL = ("synchronous_commit=off",)


def find_server() -> Path | None:
    """The PostgreSQL server, if it is installed."""
    return find_program(*_PLACES)


class PrivatePostgres:
    """A server of one's own for as long as a `with` block lasts; its data goes with it.

    PostgreSQL refuses to run as root, so root lends it to the `postgres` user. One that may be
    killed must not be forgetful: it would lose what it has committed last. One that outlives a
    power cut writes as an installed one does, for whoever measures.
    """

    def __init__(self, *, may_be_killed: bool = False, outlives_power_cut: bool = False) -> None:
        forgetful = () if may_be_killed or outlives_power_cut else _FORGETFUL
        self._settings = (*_SETTINGS, *(() if outlives_power_cut else _UNSAFE), *forgetful)
        self._process: subprocess.Popen[bytes] | None = None
        self._was_killed = False

    def start(self) -> str:
        """Make a cluster, start it, and return the address of its first database."""
        self._server = require_program("postgresql", *_PLACES)
        self._owner = _OWNER if os.geteuid() == 0 else None
        self._make_directory()
        try:
            self._make_cluster()
            self.port = choose_port()
            self._process = self._spawn_server()
            self._wait_until_ready()
        except BaseException:  # also when a person has had enough of waiting
            self.stop()
            raise
        return self.url("postgres")

    def url(self, database: str) -> str:
        """A database's address as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{_OWNER}@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, name: str, like: str = "template1") -> str:
        """Make a database, empty or as that other one is, and return its address."""
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"'.encode())
        return self.url(name)

    def create_sorting_database(self, name: str, language: str) -> str:
        """Make an empty database that sorts texts as that language does, and return its address.
        Needs PostgreSQL 15."""
        with self._connect() as connection:
            sorting = f"LOCALE_PROVIDER icu ICU_LOCALE '{language}' TEMPLATE template0"
            connection.execute(f'CREATE DATABASE "{name}" {sorting}'.encode())
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, also when somebody is still connected."""
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def kill(self) -> None:
        """End the server and all its backends as a power cut would; `revive` brings it back.

        It is stopped first, so that no backend is made that we do not see; one that is still on its
        way out holds the memory of all, and the next server would not start.
        """
        assert self._process is not None
        self._was_killed = True
        os.kill(self._process.pid, signal.SIGSTOP)
        pids = self.pids()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        wait_until(lambda: not any(map(is_alive, pids)), seconds=START_SECONDS)

    def pids(self) -> list[int]:
        """The server's and its backends'."""
        assert self._process is not None
        return [self._process.pid, *_children_of(self._process.pid)]

    def revive(self) -> None:
        """Start the killed server again on its data and port."""
        self._was_killed = False
        self._process = self._spawn_server()
        self._wait_until_ready()

    def stop(self) -> None:
        """End the server and remove its data. One that was killed runs once more for it: nobody
        else knows the shared memory that it has left."""
        try:
            if self._was_killed:
                with suppress(Trouble):
                    self.revive()
        finally:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGINT, grace_seconds=10)  # SIGINT: do not wait for clients
            self._process = None
        shutil.rmtree(self.directory, ignore_errors=True)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=_OWNER,
            dbname=_OWNER,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
        )

    def _make_directory(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="support-postgres-"))
        if self._owner is not None:
            account = pwd.getpwnam(self._owner)
            os.chown(self.directory, account.pw_uid, account.pw_gid)

    def _make_cluster(self) -> None:
        ran = subprocess.run(
            [
                str(self._server.with_name("initdb")),
                f"--pgdata={self.directory / 'data'}",
                f"--username={_OWNER}",
                *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            user=self._owner,
            group=self._owner,
            extra_groups=[] if self._owner else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            raise Trouble(f"PostgreSQL could not make its data directory: {ran.stderr.strip()}")

    def _spawn_server(self) -> subprocess.Popen[bytes]:
        settings = [
            f"port={self.port}",
            f"listen_addresses={LOOPBACK}",
            f"unix_socket_directories={self.directory}",
            *self._settings,
        ]
        command = [str(self._server), "-D", str(self.directory / "data")]
        for setting in settings:
            command += ["-c", setting]
        with (self.directory / "postgres.log").open("ab") as log:
            return subprocess.Popen(
                ending_with_us(command),
                user=self._owner,
                group=self._owner,
                extra_groups=[] if self._owner else None,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        def is_gone() -> bool:
            return self._process is None or self._process.poll() is not None

        is_settled = wait_until(lambda: is_gone() or self._is_ready(), seconds=START_SECONDS)
        if not is_settled or is_gone():
            log = (self.directory / "postgres.log").read_text()
            self.stop()
            raise Trouble(f"PostgreSQL did not start:\n{log.strip()}")

    def _is_ready(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _children_of(pid: int) -> list[int]:
    """A server's backends; one that outlived it would hold its memory against the next."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]
