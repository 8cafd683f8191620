"""The faults of all processes are told together, before any of them starts."""

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("wrong", ["0", "1001,99999999999999999999", "9" * 5000, "-7", "1.5"])
@pytest.mark.parametrize("name", ["SUPPORT_AGENT_IDS", "SUPPORT_LEAD_IDS"])
def test_an_id_that_nobody_has_in_telegram_is_a_fault(name: str, wrong: str) -> None:
    (fault,) = faults(**{name: wrong})

    assert fault.startswith(f"{name}: ")
    assert "is no Telegram id" in fault
    assert len(fault) < 200


def test_a_token_in_the_address_is_told_beside_what_else_is_wrong_and_never_shown() -> None:
    found = faults(
        SUPPORT_LOCALE="xx",
        SUPPORT_BOT_TOKEN="123456:hunter2",
        SUPPORT_BOT_WEBHOOK_URL="https://desk.example/hunter2",
    )

    assert sorted(line.split(":")[0] for line in found) == [
        "SUPPORT_BOT_WEBHOOK_URL",
        "SUPPORT_LOCALE",
    ]
    assert "hunter2" not in "".join(found)


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


def test_what_contradicts_itself_is_told_with_what_is_wrong_by_itself(tmp_path: Path) -> None:
    changes = {
        "reopen_days = 7": "reopen_days = -1",
        'id = "payment"\nname = { ru = "Оплата/Подписка"': 'id = "login"\nname = { ru = "Оплата"',
        'calendar = "business"': 'calendar = "busy"',
        "[calendars.business]": "[calendars.never]\n[calendars.business]",
        'id = "video"': 'id = "Video"',
    }
    wrong = DESK.read_text(encoding="utf-8")
    for right, replaced in changes.items():
        assert right in wrong
        wrong = wrong.replace(right, replaced)
    file = tmp_path / "desk.toml"
    file.write_text(wrong, encoding="utf-8")

    found = faults(SUPPORT_CONFIG=str(file), AMQP_URL="broker:5672")

    told = "\n".join(line.removeprefix(f"{file}: ") for line in found)
    for words in (
        "tickets.reopen_days: ",
        "categories has login twice",
        "categories lacks payment",
        "priority P2 counts by calendar 'busy'",
        "calendar never: no weekday has a working window",
        "components.2.id: must be 1 to 40 of the signs a-z",
        "AMQP_URL: must be an address such as amqp://",
    ):
        assert words in told
    assert len(found) == 7


def test_that_no_token_can_be_checked_is_told_with_the_rest() -> None:
    found = faults(SUPPORT_JWT_SECRET="", SUPPORT_LOCALE="xx")

    assert len(found) == 2
    assert "set one of SUPPORT_JWT_SECRET and SUPPORT_JWT_JWKS_URL" in found


def test_a_component_that_comes_twice_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(DESK.read_text(encoding="utf-8").replace('"video"', '"app"'), "utf-8")

    assert faults(SUPPORT_CONFIG=str(file)) == [f"{file}: components has app twice"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SUPPORT_LOCALE", "hunter2", "'ru' or 'en'"),
        ("SUPPORT_BOT_TOKEN", "hunter2", "a bot's token such as 123456:"),
        ("TELEGRAM_BOT_TOKEN", "hunter2", "a bot's token such as 123456:"),
        ("TELEGRAM_BOT_USERNAME", "https://t.me/hunter2", "such as teaching_panel_bot"),
        ("TELEGRAM_API_URL", "hunter2", "begins with http:// or https://"),
        ("TELEGRAM_API_URL", "http://u:hunter2", "begins with http:// or https://"),
        ("AMQP_URL", "hunter2", "such as amqp://user:password@host:5672/vhost"),
        ("AMQP_URL", "http://hunter2@host", "such as amqp://user:password@host:5672/vhost"),
        ("AMQP_URL", "amqp://desk:hunter2#x@host", "%23 for a #"),
        ("AMQP_URL", "amqp://desk:hunter2@host/desk?heartbeat=30", "without options"),
        ("SLA_DATABASE_URL", "sqlite://", "must name a file"),
        ("SLA_DATABASE_URL", "sqlite:///", "must name a file"),
        ("SLA_DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("AMQP_URL", "amqp://desk@host:hunter2", "such as amqp://user:password@host:5672/vhost"),
        ("AMQP_URL", "amqp://desk:hunter2@host:0", "such as amqp://user:password@host:5672/vhost"),
        ("SLA_DATABASE_URL", "postgresql+psycopg://desk@db:hunter2/sla", "must be an address"),
    ],
)
def test_a_fault_says_what_is_expected_and_never_the_value(
    name: str, value: str, expected: str
) -> None:
    (fault,) = faults(**{name: value})

    assert fault.startswith(f"{name}: ")
    assert expected in fault
    assert "hunter2" not in fault
    assert "pattern" not in fault


def test_a_wrong_address_of_the_keys_is_told_by_what_is_expected() -> None:
    (fault,) = faults(SUPPORT_JWT_SECRET="", SUPPORT_JWT_JWKS_URL="hunter2")

    assert fault == "SUPPORT_JWT_JWKS_URL: must be an address that begins with http:// or https://"


@pytest.mark.parametrize(
    "address",
    ["amqp://", "amqp://host", "amqps://u:p%40%2F@host:5671/v", "amqp://guest:guest@[::1]:5672//"],
)
def test_the_addresses_of_brokers_are_taken(address: str) -> None:
    assert not faults(AMQP_URL=address)
