"""The environment and the configuration file, as each process would read them."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.settings_check import faults_of
from cli.desk import PROCESSES
from cli.diagnosis.finding import Finding, bad, well


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """A fault stops every process, so it is told as one."""
    return [_zone_data(environ), _faults(environ)]


def _zone_data(environ: Mapping[str, str]) -> Finding:
    name = environ.get("SUPPORT_TIMEZONE", "Europe/Moscow")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return bad(f"There is no time zone {name!r}.", "Correct SUPPORT_TIMEZONE.")
    return well(f"Time zone data knows {name}.")


def _faults(environ: Mapping[str, str]) -> Finding:
    if faults := faults_of(PROCESSES, environ):
        return bad("The configuration has faults:", "\n     ".join(faults))
    return well("The configuration is whole.")
