"""The one reader of the environment and of the configuration file.

A process declares what it needs as a subclass of `ProcessSettings`; `load` answers with it, or
stops the process with one message that lists every fault at once.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from chassis import crash


class ConfigurationError(Exception):
    """The configuration has faults; the message lists every one, a line each."""


LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
DATABASES = ("sqlite://", "postgresql+psycopg://")


def _is_known_database(url: str) -> str:
    if not url.startswith(DATABASES):
        raise ValueError(f"must begin with {' or '.join(DATABASES)}")
    if re.fullmatch(r"sqlite:/*(:memory:.*)?", url):
        raise ValueError("must name a file, such as sqlite:////var/lib/support/tickets.sqlite3")
    if not url.startswith("sqlite") and not _has_good_port(url):
        raise ValueError(
            "must be an address such as postgresql+psycopg://user:password@host:5432/name"
        )
    return url


def _is_broker_address(url: str) -> str:
    if not re.fullmatch(r"amqps?://[^\s?]*", url) or not _has_good_port(url):
        raise ValueError(
            "must be an address such as amqp://user:password@host:5672/vhost, without options "
            "after a ?, and with %23 for a #, %2F for a /, %3F for a ? and %40 for an @ in the "
            "password"
        )
    return url


def _is_web_address(url: str) -> str:
    if not re.fullmatch(r"https?://\S+", url) or not _has_good_port(url):
        raise ValueError("must be an address that begins with http:// or https://")
    return url


def _has_good_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:  # its text has what stands in the place of the port
        return False


def _is_crash_point(point: str) -> str:
    crash.read(point)
    return point


# A fault never shows an address, since it may have a password.
DatabaseUrl = Annotated[str, AfterValidator(_is_known_database)]
"""An address of a kind the store is made for."""
BrokerUrl = Annotated[str, AfterValidator(_is_broker_address)]
WebUrl = Annotated[str, AfterValidator(_is_web_address)]
CrashPoint = Annotated[str, AfterValidator(_is_crash_point)]


class ProcessSettings(BaseModel):
    """What every process needs to know. A field's alias is the environment variable's name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    amqp_url: BrokerUrl = Field("amqp://guest:guest@127.0.0.1:5672//", alias="AMQP_URL", repr=False)
    data_dir: Path = Field(Path(".data"), alias="SUPPORT_DATA_DIR")
    metrics_port: int = Field(0, alias="SUPPORT_METRICS_PORT", ge=0, le=65535)
    """0 means: serve no metrics."""
    metrics_host: str = Field("127.0.0.1", alias="SUPPORT_METRICS_HOST")
    log_level: LogLevel = Field("INFO", alias="SUPPORT_LOG_LEVEL")
    locale: Literal["ru", "en"] = Field("ru", alias="SUPPORT_LOCALE")
    clock_file: Path | None = Field(None, alias="SUPPORT_CLOCK_FILE")
    crash_at: CrashPoint | None = Field(None, alias="SUPPORT_CRASH_AT")
    file: Any = None
    """The parsed configuration file; a subclass narrows the type to its own model."""

    @property
    def handled_kept(self) -> timedelta:
        """How long handled commands and events are remembered; the file says it in days."""
        return timedelta(days=self.file.retention.handled_days)

    @property
    def database_url(self) -> str:
        """Where this process keeps its rows; a process with a database overrides it."""
        raise ConfigurationError("this process has no database")


Settings = TypeVar("Settings", bound=ProcessSettings)


def load(model: type[Settings], environ: Mapping[str, str] | None = None) -> Settings:
    """Read environment and file into `model`. Raises ConfigurationError naming every fault.

    An empty variable counts as unset. `SUPPORT_TIMEZONE` overrides the file's `timezone`.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = {name: value for name, value in environ.items() if value != ""}
    path = Path(given.get("SUPPORT_CONFIG", "support.toml"))
    given["file"], faults = _read_toml(path)
    if "SUPPORT_TIMEZONE" in given:
        given["file"]["timezone"] = given["SUPPORT_TIMEZONE"]
    try:
        settings = model.model_validate(given)
    except ValidationError as error:
        faults += _faults(error, path, given, is_file_read=not faults)
    if faults:
        raise ConfigurationError("\n  ".join(["The configuration has faults:", *faults]))
    return settings


def _read_toml(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What the file says, and why it says nothing when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, [f"{path}: no such file; SUPPORT_CONFIG names the configuration file"]
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path}: {error}"]


def _faults(
    error: ValidationError, path: Path, given: Mapping[str, Any], *, is_file_read: bool
) -> list[str]:
    """One line a fault: where, and what is the matter. Never the value: it may be secret."""
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        where = [str(part) for part in fault["loc"]]
        if where[:1] == ["file"] and not is_file_read:
            continue
        matter = fault["msg"].removeprefix("Value error, ")
        place = _place(where, path, given)
        names_itself = not place or matter.startswith(place)
        lines.append(matter if names_itself else f"{place}: {matter}")
    return lines


def _place(where: list[str], path: Path, given: Mapping[str, Any]) -> str:
    """The variable, or the file and the key in it; nothing for what concerns several."""
    if where == ["file", "timezone"] and "SUPPORT_TIMEZONE" in given:
        return "SUPPORT_TIMEZONE"
    if where[:1] == ["file"]:
        return ": ".join(filter(None, [str(path), ".".join(where[1:])]))
    return ".".join(where)


def sqlite_url(data_dir: Path, process: str) -> str:
    """The default database of a process: a file of its own in the data directory."""
    return f"sqlite:///{data_dir / f'{process}.sqlite3'}"
