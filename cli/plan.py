"""What a run of the desk consists of: its environment and the programs to keep alive."""

import sys
from dataclasses import dataclass
from pathlib import Path

from chassis.settings_check import faults_of
from cli.broker import BrokerNode
from cli.desk import PROCESSES, SECRET_TO_BE_MADE, SERVICES, Desk, is_noteworthy
from cli.people import IDS, LOCAL_BOT
from cli.ports import LOOPBACK, remembered_ports
from cli.supervisor_file import Program
from cli.trouble import Trouble

STAGES = ("epmd", "broker", "telegram", "services", "edges")

_LOCAL_BOT_TOKEN = "100001:local-support-bot"  # noqa: S105 - worth nothing outside this machine
_LOCAL_MAIN_BOT_TOKEN = "100002:local-main-bot"  # noqa: S105


@dataclass(frozen=True)
class Plan:
    """Decided once, before anything starts."""

    given: dict[str, str]
    decided: dict[str, str]
    programs: list[Program]
    metrics: dict[str, int]

    @property
    def environment(self) -> dict[str, str]:
        """What every program is started with."""
        return self.given | self.decided

    @property
    def has_own_broker(self) -> bool:
        """Does `up` run the broker?"""
        return "AMQP_URL" in self.decided

    @property
    def has_local_telegram(self) -> bool:
        """Do the bots talk to our own Bot API server?"""
        return "TELEGRAM_API_URL" in self.decided

    @property
    def noteworthy(self) -> dict[str, str]:
        """What other commands need to find this desk. Never a token of the real Telegram."""
        given = {name: value for name, value in self.given.items() if is_noteworthy(name)}
        return given | self.decided


def refuse_faults(desk: Desk, host: str, port: int) -> None:
    """Stop with every fault of every process' settings at once. Raises Trouble.

    What the person wrote is judged, also where a plan would put something else in its place.
    Nothing is made.
    """
    given = desk.given()
    environment = given | {"SUPPORT_HOST": host, "SUPPORT_PORT": str(port)}
    if "SUPPORT_JWT_JWKS_URL" not in given:
        known = desk.jwt_secret() if desk.is_made() else None
        environment.setdefault("SUPPORT_JWT_SECRET", known or SECRET_TO_BE_MADE)
    if faults := faults_of(PROCESSES, environment):
        raise Trouble("\n  ".join(["The configuration has faults:", *faults]))


def make_plan(desk: Desk, host: str, port: int) -> Plan:
    """Decide where everything is. What the environment says goes before what we would choose."""
    names = ["botapi", *(f"{process}-metrics" for process in PROCESSES)]
    ports = remembered_ports(desk.ports_file, names)
    metrics = {process: ports[f"{process}-metrics"] for process in PROCESSES}
    given = desk.given()
    decided = {
        "SUPPORT_DATA_DIR": str(desk.data_dir),
        "SUPPORT_HOST": host,
        "SUPPORT_PORT": str(port),
    }
    programs = [_process(name, metrics[name]) for name in PROCESSES]
    if "SUPPORT_JWT_JWKS_URL" not in given:
        decided["SUPPORT_JWT_SECRET"] = desk.make_jwt_secret()
    if "AMQP_URL" not in given:
        node = BrokerNode.prepared(desk.broker)
        decided["AMQP_URL"] = node.amqp_url
        programs += _broker(node)
    if "SUPPORT_BOT_TOKEN" not in given:
        decided |= _local_telegram(given, ports["botapi"])
        programs.append(_bot_api(ports["botapi"], desk.run / "people.json"))
    return Plan(given, decided, programs, metrics)


def _process(name: str, metrics_port: int) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-m", f"services.{name}"],
        stage="services" if name in SERVICES else "edges",
        environment={"SUPPORT_METRICS_PORT": str(metrics_port)},
    )


def _broker(node: BrokerNode) -> list[Program]:
    return [
        Program("epmd", node.epmd_command, "epmd", node.environment, stop_seconds=5),
        Program("broker", node.command, "broker", node.server_environment, stop_seconds=30),
    ]


def _local_telegram(given: dict[str, str], port: int) -> dict[str, str]:
    """With no bot token the bots talk to our own Bot API server, and to nobody outside."""
    agents = [part for part in (given.get("SUPPORT_AGENT_IDS"), str(IDS["agent"])) if part]
    return {
        "TELEGRAM_API_URL": f"http://{LOOPBACK}:{port}",
        "SUPPORT_BOT_TOKEN": _LOCAL_BOT_TOKEN,
        "TELEGRAM_BOT_TOKEN": _LOCAL_MAIN_BOT_TOKEN,
        "SUPPORT_AGENT_IDS": ",".join(agents),
    }


def _bot_api(port: int, people: Path) -> Program:
    bots = {_LOCAL_BOT_TOKEN: LOCAL_BOT, _LOCAL_MAIN_BOT_TOKEN: "product_bot"}
    command = [sys.executable, "-m", "botapi", "--port", str(port), "--people", str(people)]
    for token, username in bots.items():
        command += ["--bot", f"{token}={username}"]
    return Program("botapi", command, "telegram", stop_seconds=5)
