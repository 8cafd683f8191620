"""Where a desk lives: its data directory, what `up` noted there, and the environment it makes."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.ports import LOOPBACK, known_ports
from cli.trouble import Trouble
from cli.whole_files import write_whole

ROOT = Path(__file__).resolve().parent.parent

SERVICES = ("tickets", "incidents", "sla")
DATABASES = (*SERVICES, "bot")
PROCESSES = (*SERVICES, "bot", "gateway")
_EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 - to be recognised, not to listen on

SECRET_TO_BE_MADE = "a secret that up will make at the start"  # noqa: S105
"""Stands for it where a configuration is judged before that."""
_DEFAULT_DATA_DIR = ".data"
_KEYS = {"SUPPORT_JWT_SECRET", "SUPPORT_JWT_JWKS_URL"}
_NOTEWORTHY = _KEYS | {
    "AMQP_URL",
    "SUPPORT_AGENTS_CHAT_ID",
    "SUPPORT_AGENT_IDS",
    "SUPPORT_CONFIG",
    "SUPPORT_FILES_URL",
    "SUPPORT_HOST",
    "SUPPORT_LOCALE",
    "SUPPORT_PORT",
    "SUPPORT_TIMEZONE",
}

data_dir_option = click.option(
    "--data-dir",
    envvar="SUPPORT_DATA_DIR",
    default=_DEFAULT_DATA_DIR,
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the desk keeps its data.",
)


def is_noteworthy(name: str) -> bool:
    """Must other commands know this variable of a run? Never a token of the real Telegram."""
    return name in _NOTEWORTHY or name.endswith("_DATABASE_URL")


class Desk:
    """One desk on this machine, named by its data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.logs = self.data_dir / "logs"
        self.run = self.data_dir / "run"
        self.broker = self.data_dir / "broker"
        self.ports_file = self.run / "ports.json"
        self._facts = self.run / "environment.json"
        self._secret = self.data_dir / "jwt_secret"

    @property
    def is_default(self) -> bool:
        """Is it where every command looks without being told?"""
        return self.data_dir == ROOT / _DEFAULT_DATA_DIR

    def is_made(self) -> bool:
        """Is there anything of it that we may look at? Never raises."""
        return os.path.isdir(self.run)

    def make(self) -> None:
        """Make the directories; nobody else may look into them."""
        for directory in (self.data_dir, self.logs, self.run):
            try:
                directory.mkdir(parents=True, exist_ok=True, mode=0o700)
                directory.chmod(0o700)
            except OSError as fault:
                raise Trouble(
                    f"{directory} cannot be used ({fault.strerror}): "
                    "name another place with --data-dir."
                ) from None

    def log_of(self, program: str) -> Path:
        """Where a program's words go."""
        return self.logs / f"{program}.log"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the desk for as long as it runs; a second `up` on it is told so."""
        with (self.data_dir / "up.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise Trouble(
                    f"A desk is running on {self.data_dir} already (process {lock.read().strip()}):"
                    " use it, stop it, or give this one another --data-dir."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def is_held(self) -> bool:
        """Is an `up` running on it?"""
        try:
            with (self.data_dir / "up.lock").open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def is_new(self) -> bool:
        """Has neither `up` run on it, nor anybody set it up by hand?"""
        return not self._facts.exists() and not _KEYS & self.given().keys()

    def remember(self, environment: dict[str, str]) -> None:
        """Note what `up` decided, so that the other commands find the running desk."""
        write_whole(self._facts, json.dumps(environment, indent=2) + "\n")

    @contextmanager
    def deciding(self, environment: dict[str, str]) -> Iterator[None]:
        """Note what a starting `up` decides. If it does not come up, the other commands go on
        believing the one before: a mistyped variable would send a backup elsewhere."""
        before = self.noted()
        self.remember(environment)
        try:
            yield
        except BaseException:
            if before:
                self.remember(before)
            raise

    def environment(self) -> dict[str, str]:
        """What every command believes about the desk.

        While it runs, its `up` has decided, for or against a value, whatever our own shell says.
        Otherwise our shell goes before what the last `up` noted.
        """
        given, noted = self.given(), self.noted()
        if self.is_held():
            given = {name: value for name, value in given.items() if not is_noteworthy(name)}
            believed = given | noted
        else:
            rivals = _KEYS if _KEYS & given.keys() else set()  # there is one way to check tokens
            noted = {name: value for name, value in noted.items() if name not in rivals}
            believed = noted | given
        return believed | {"SUPPORT_DATA_DIR": str(self.data_dir)}

    def noted(self) -> dict[str, str]:
        """What the last `up` decided; empty when there was none."""
        return dict(json.loads(self._facts.read_text())) if self._facts.exists() else {}

    @staticmethod
    def given() -> dict[str, str]:
        """Our own environment; an empty variable counts as unset."""
        return {name: value for name, value in os.environ.items() if value}

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the gateway."""
        environment = self.environment()
        host = environment.get("SUPPORT_HOST", LOOPBACK)
        host = LOOPBACK if host in _EVERY_INTERFACE else host
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{environment.get('SUPPORT_PORT', '8080')}"

    @property
    def metrics_ports(self) -> dict[str, int]:
        """Where the last `up` let each process tell its vital signs."""
        known = known_ports(self.ports_file)
        return {name: known[key] for name in PROCESSES if (key := f"{name}-metrics") in known}

    @property
    def locale(self) -> str:
        """The language of the desk that runs, or would."""
        return self.environment().get("SUPPORT_LOCALE", "ru")

    def jwt_secret(self) -> str | None:
        """The secret that signs this desk's tokens, when there is one and it is known here."""
        environment = self.environment()
        own = None if "SUPPORT_JWT_JWKS_URL" in environment else self._own_secret()
        return environment.get("SUPPORT_JWT_SECRET") or own

    def make_jwt_secret(self) -> str:
        """The environment's secret, or one of our own, made once."""
        if given := self.given().get("SUPPORT_JWT_SECRET"):
            return given
        if self._own_secret() is None:
            write_whole(self._secret, secrets.token_urlsafe(48) + "\n")
        return self._own_secret() or ""

    def _own_secret(self) -> str | None:
        return self._secret.read_text().strip() if self._secret.exists() else None
