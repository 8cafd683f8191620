"""supervisord's configuration for a desk's programs, and the programs themselves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cli.desk import ROOT, Desk

_RPC_FACTORY = "supervisor.rpcinterface:make_main_rpcinterface"


@dataclass(frozen=True)
class Program:
    """A process to keep alive. Stages end in reverse order, one after another."""

    name: str
    command: list[str]
    stage: str
    environment: dict[str, str] = field(default_factory=dict)
    stop_seconds: int = 20


def configuration(desk: Desk, socket: Path, programs: list[Program], stages: Iterable[str]) -> str:
    """The whole file. It holds no secrets: those come with supervisord's own environment."""
    parts = [
        _section("unix_http_server", {"file": str(socket), "chmod": "0700"}),
        _section("supervisord", _daemon(desk)),
        _section("rpcinterface:supervisor", {"supervisor.rpcinterface_factory": _RPC_FACTORY}),
    ]
    for order, stage in enumerate(stages):
        members = [program for program in programs if program.stage == stage]
        if members:
            names = ",".join(program.name for program in members)
            parts.append(_section(f"group:{stage}", {"programs": names, "priority": str(order)}))
            parts += [_section(f"program:{each.name}", _program(desk, each)) for each in members]
    return "\n".join(parts)


def _daemon(desk: Desk) -> dict[str, str]:
    return {
        "nodaemon": "true",
        "logfile": str(desk.logs / "supervisord.log"),
        "logfile_maxbytes": "5MB",
        "logfile_backups": "1",
        "pidfile": str(desk.run / "supervisord.pid"),
        "childlogdir": str(desk.logs),
        "umask": "077",
    }


def _program(desk: Desk, program: Program) -> dict[str, str]:
    environment = (f'{name}="{value}"' for name, value in program.environment.items())
    return {
        "command": " ".join(f'"{part}"' for part in program.command),
        "directory": str(ROOT),
        "environment": ",".join(environment),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": "1",
        "startretries": "1000000",  # supervisor knows no "for ever"
        "stopsignal": "TERM",
        "stopwaitsecs": str(program.stop_seconds),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(desk.log_of(program.name)),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "3",
    }


def _section(name: str, values: dict[str, str]) -> str:
    lines = [f"{key}={value.replace('%', '%%')}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])
