"""The settings of processes that are named, not imported: all their faults before any starts."""

import importlib
from collections.abc import Iterable, Mapping

from chassis.settings import ConfigurationError, ProcessSettings, load


def settings_of(process: str, environ: Mapping[str, str] | None = None) -> ProcessSettings:
    """The settings of a process, as its own module `settings` declares them."""
    settings: type[ProcessSettings] = importlib.import_module(
        f"services.{process}.settings"
    ).Settings
    return load(settings, environ)


def faults_of(processes: Iterable[str], environ: Mapping[str, str] | None = None) -> list[str]:
    """Every fault of every process, each told once; empty when all of them can start."""
    faults: dict[str, None] = {}
    for process in processes:
        try:
            settings_of(process, environ)
        except ConfigurationError as error:
            faults |= dict.fromkeys(line.strip() for line in str(error).splitlines()[1:])
    return list(faults)
