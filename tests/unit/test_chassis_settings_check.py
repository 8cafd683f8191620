"""The faults of all processes are told together, before any of them starts."""

from pathlib import Path

from chassis.settings_check import faults_of

DESK = Path(__file__).parents[2] / "support.toml"
PROCESSES = ("tickets", "incidents", "sla", "bot", "gateway")
SECRET = "x" * 32


def faults(**environ: str) -> list[str]:
    given = {"SUPPORT_CONFIG": str(DESK), "SUPPORT_JWT_SECRET": SECRET, **environ}
    return faults_of(PROCESSES, given)


def test_a_whole_configuration_has_no_faults() -> None:
    assert faults() == []


def test_every_fault_of_every_process_is_told_once() -> None:
    found = faults(
        SUPPORT_TIMEZONE="Mars/X",
        SUPPORT_LOCALE="xx",
        SUPPORT_AGENT_IDS="a,b",
        SUPPORT_JWT_SECRET="short",
    )

    assert len(found) == 4
    for name in ("TIMEZONE", "LOCALE", "AGENT_IDS", "JWT_SECRET"):
        assert sum(line.startswith(f"SUPPORT_{name}") for line in found) == 1, name
