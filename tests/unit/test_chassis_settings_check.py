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


def test_an_address_of_the_wrong_kind_is_named_and_never_shown() -> None:
    addresses = {
        f"{name}_DATABASE_URL": "mysql://desk:hunter2@db/desk"
        for name in ("TICKETS", "INCIDENTS", "SLA", "BOT")
    }

    found = faults(**addresses, TELEGRAM_API_URL="ftp://hunter2")

    assert {line.split(":")[0] for line in found} == {*addresses, "TELEGRAM_API_URL"}
    assert "hunter2" not in "".join(found)


def test_the_databases_that_the_desk_knows_are_taken() -> None:
    assert not faults(SLA_DATABASE_URL="postgresql+psycopg://desk:word@db/sla")
    assert not faults(SLA_DATABASE_URL="sqlite:////var/lib/sla.sqlite3")


def test_an_unknown_log_level_or_port_is_a_fault() -> None:
    found = faults(SUPPORT_LOG_LEVEL="LOUD", SUPPORT_PORT="99999")

    assert [line.split(":")[0] for line in found] == ["SUPPORT_LOG_LEVEL", "SUPPORT_PORT"]
