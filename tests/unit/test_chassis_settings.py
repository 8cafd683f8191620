"""What a process says of its configuration when it is wrong, and what it never says."""

import re
from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from chassis.settings import ConfigurationError, ProcessSettings, load
from contracts.desk import Desk

DESK = Path(__file__).parents[2] / "support.toml"


class Settings(ProcessSettings):
    file: Desk
    workers: int = Field(3, alias="SUPPORT_WORKERS", ge=1)
    secret: SecretStr | None = Field(None, alias="SUPPORT_SECRET", min_length=8)


def read(**environ: str) -> Settings:
    return load(Settings, {"SUPPORT_CONFIG": str(DESK), **environ})


def faults_of(**environ: str) -> str:
    with pytest.raises(ConfigurationError) as refusal:
        read(**environ)
    return str(refusal.value)


def test_the_desk_as_it_is_delivered_is_right() -> None:
    settings = read()

    assert settings.file.timezone == "Europe/Moscow"
    assert settings.workers == 3


def test_every_fault_is_told_at_once_the_file_s_and_the_environment_s(tmp_path: Path) -> None:
    wrong = DESK.read_text(encoding="utf-8").replace('id = "login"', 'id = "logout"')
    wrong = wrong.replace("reopen_days = 7", "reopen_days = -1")
    (tmp_path / "desk.toml").write_text(wrong, encoding="utf-8")

    told = faults_of(
        SUPPORT_CONFIG=str(tmp_path / "desk.toml"),
        SUPPORT_WORKERS="many",
        SUPPORT_METRICS_PORT="70000",
        SUPPORT_CRASH_AT="nonsense",
    ).splitlines()

    assert told[0] == "The configuration has faults:"
    assert [line.split(": ")[-2] for line in told[1:]] == [
        "  SUPPORT_METRICS_PORT",
        "  SUPPORT_CRASH_AT",
        "categories.0.id",
        "tickets.reopen_days",
        "  SUPPORT_WORKERS",
    ]


@pytest.mark.parametrize("wrong", ["true", '"120"', "1.5", "-5"])
@pytest.mark.parametrize(
    "key",
    [
        "policy_version",
        "first_response_minutes",
        "next_response_minutes",
        "resolution_minutes",
        "reads_per_minute",
        "new_tickets_per_hour",
        "reopen_days",
        "match_minutes",
        "critical",
        "window_minutes",
        "minimum_count",
        "history_weeks",
        "handled_days",
    ],
)
def test_where_a_whole_number_stands_nothing_else_is_taken_for_one(
    tmp_path: Path, key: str, wrong: str
) -> None:
    as_it_is = DESK.read_text(encoding="utf-8")
    text, count = re.subn(rf"\b{key} = \d+", f"{key} = {wrong}", as_it_is, count=1)
    (tmp_path / "desk.toml").write_text(text, encoding="utf-8")

    told = faults_of(SUPPORT_CONFIG=str(tmp_path / "desk.toml")).splitlines()

    assert count == 1
    (line,) = told[1:]
    assert f"{key}: Input should be" in line


@pytest.mark.parametrize("wrong", ["[true]", '["0.8"]', "[80]"])
def test_where_a_share_stands_nothing_else_is_taken_for_one(tmp_path: Path, wrong: str) -> None:
    text = DESK.read_text(encoding="utf-8").replace("warn_at = [0.8]", f"warn_at = {wrong}", 1)
    text = text.replace("chance_once_in_years = 100", 'chance_once_in_years = "100"')
    (tmp_path / "desk.toml").write_text(text, encoding="utf-8")

    told = faults_of(SUPPORT_CONFIG=str(tmp_path / "desk.toml"))

    assert "warn_at.0: Input should be" in told
    assert "chance_once_in_years: Input should be a valid number" in told


def test_a_missing_file_does_not_hide_the_other_faults() -> None:
    told = faults_of(SUPPORT_CONFIG="nowhere.toml", SUPPORT_WORKERS="0")

    assert "nowhere.toml: no such file" in told
    assert "SUPPORT_WORKERS" in told
    assert "priorities" not in told, "what the file would have said is nobody's fault"


def test_a_file_that_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text("timezone = \n", encoding="utf-8")

    assert "line 1" in faults_of(SUPPORT_CONFIG=str(tmp_path / "desk.toml"))


def test_an_empty_variable_is_an_unset_one() -> None:
    assert read(SUPPORT_WORKERS="", SUPPORT_TIMEZONE="").workers == 3


def test_an_empty_environment_is_not_this_process_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DESK.parent)
    monkeypatch.setenv("SUPPORT_WORKERS", "9")

    assert load(Settings, {}).workers == 3


def test_the_time_zone_of_the_environment_overrides_the_file_s() -> None:
    assert read(SUPPORT_TIMEZONE="Asia/Tokyo").file.timezone == "Asia/Tokyo"
    assert "  SUPPORT_TIMEZONE: 'Mars/Base' is no time zone" in faults_of(
        SUPPORT_TIMEZONE="Mars/Base"
    )


def test_secrets_are_told_neither_in_a_fault_nor_in_a_print() -> None:
    address = "amqp://support:hunter2@broker//"

    assert "hunt" not in faults_of(SUPPORT_SECRET="hunter2", AMQP_URL=address)
    assert "hunter" not in repr(read(SUPPORT_SECRET="hunter2hunter2", AMQP_URL=address))
