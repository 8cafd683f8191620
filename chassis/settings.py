"""The one reader of the environment and of the configuration file.

A process declares what it needs as a subclass of `ProcessSettings`; `load` answers with it, or
stops the process with one message that lists every fault at once.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ConfigurationError(Exception):
    """The configuration has faults; the message lists every one, a line each."""


class ProcessSettings(BaseModel):
    """What every process needs to know. A field's alias is the environment variable's name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    amqp_url: str = Field("amqp://guest:guest@127.0.0.1:5672//", alias="AMQP_URL")
    data_dir: Path = Field(Path(".data"), alias="SUPPORT_DATA_DIR")
    metrics_port: int = Field(0, alias="SUPPORT_METRICS_PORT", ge=0, le=65535)
    """0 means: serve no metrics."""
    metrics_host: str = Field("127.0.0.1", alias="SUPPORT_METRICS_HOST")
    log_level: str = Field("INFO", alias="SUPPORT_LOG_LEVEL", pattern="^[A-Z]+$")
    locale: str = Field("ru", alias="SUPPORT_LOCALE", pattern="^(ru|en)$")
    clock_file: Path | None = Field(None, alias="SUPPORT_CLOCK_FILE")
    crash_at: str | None = Field(None, alias="SUPPORT_CRASH_AT")
    file: Any = None
    """The parsed configuration file; a subclass narrows the type to its own model."""

    @property
    def database_url(self) -> str:
        """Where this process keeps its rows; a process with a database overrides it."""
        raise ConfigurationError("this process has no database")


Settings = TypeVar("Settings", bound=ProcessSettings)


def load(model: type[Settings], environ: Mapping[str, str] | None = None) -> Settings:
    """Read environment and file into `model`. Raises ConfigurationError naming every fault.

    An empty variable counts as unset. `SUPPORT_TIMEZONE` overrides the file's `timezone`.
    """
    given = {name: value for name, value in (environ or os.environ).items() if value != ""}
    path = Path(given.get("SUPPORT_CONFIG", "support.toml"))
    file = _read_toml(path)
    if "SUPPORT_TIMEZONE" in given:
        file["timezone"] = given["SUPPORT_TIMEZONE"]
    try:
        return model.model_validate({**given, "file": file})
    except ValidationError as error:
        raise ConfigurationError(_explain(error, path)) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path}: no such file; SUPPORT_CONFIG names the configuration file"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None


def _explain(error: ValidationError, path: Path) -> str:
    """One line a fault: where, and what is the matter. Never the value: it may be secret."""
    lines = ["The configuration has faults:"]
    for fault in error.errors(include_url=False, include_input=False):
        where = [str(part) for part in fault["loc"]]
        if where[:1] == ["file"]:
            place = f"{path}: {'.'.join(where[1:])}" if where[1:] else str(path)
        else:
            place = ".".join(where)
        lines.append(f"  {place}: {fault['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


def sqlite_url(data_dir: Path, process: str) -> str:
    """The default database of a process: a file of its own in the data directory."""
    return f"sqlite:///{data_dir / f'{process}.sqlite3'}"
