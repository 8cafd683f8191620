"""Whom the commands believe about a desk: the one that runs, or the shell they were typed in."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner

from cli.desk import Desk
from cli.doctor import doctor
from cli.token import make_token
from cli.trouble import Trouble

SECRET = "a secret of more than thirty-two bytes, for tests alone"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that has run once, in a shell that knows nothing of it."""
    for name in ("SUPPORT_HOST", "SUPPORT_PORT", "SUPPORT_JWT_SECRET", "SUPPORT_JWT_JWKS_URL"):
        monkeypatch.setenv(name, "")
    desk = Desk(tmp_path)
    desk.make()
    desk.remember({"SUPPORT_HOST": "127.0.0.1", "SUPPORT_PORT": "19092"})
    return desk


@pytest.fixture
def running(desk: Desk) -> Iterator[Desk]:
    with desk.held():
        yield desk


@pytest.mark.parametrize(("name", "value"), [("PORT", "19091"), ("PORT", "abc"), ("HOST", "::1")])
def test_a_running_desk_is_where_its_up_put_it(
    running: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SUPPORT_{name}", value)

    assert running.address == "http://127.0.0.1:19092"


def test_an_address_of_ipv6_stands_in_brackets(desk: Desk) -> None:
    desk.remember({"SUPPORT_HOST": "::1", "SUPPORT_PORT": "8080"})

    assert desk.address == "http://[::1]:8080"


def test_a_start_that_fails_leaves_the_desk_that_ran_before(desk: Desk) -> None:
    noted, wrong = desk.noted(), {"TICKETS_DATABASE_URL": "postgresql://elsewhere"}

    def start() -> None:
        with desk.deciding(wrong):
            assert desk.noted() == wrong
            raise Trouble("The databases cannot be migrated")

    with pytest.raises(Trouble):
        start()
    assert desk.noted() == noted


def test_a_note_that_cannot_be_written_leaves_the_old_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = desk.noted()
    monkeypatch.setattr("cli.whole_files.os.fsync", Mock(side_effect=OSError("the disk is full")))

    with pytest.raises(OSError, match="full"):
        desk.remember({"SUPPORT_PORT": "1"})

    assert desk.noted() == noted
    assert [file.name for file in desk.run.iterdir()] == ["environment.json"]


def test_where_up_decided_for_nothing_the_shell_does_not_decide_either(
    running: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLA_DATABASE_URL", "postgresql+psycopg://elsewhere/sla")
    monkeypatch.setenv("SUPPORT_LOCALE", "en")

    assert "SLA_DATABASE_URL" not in running.environment()
    assert running.locale == "ru"


def test_what_is_none_of_up_s_business_comes_from_the_shell(
    running: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_LOG_LEVEL", "DEBUG")

    assert running.environment()["SUPPORT_LOG_LEVEL"] == "DEBUG"


def test_of_a_desk_that_does_not_run_the_shell_knows_best(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.address == "http://127.0.0.1:19092"

    monkeypatch.setenv("SUPPORT_PORT", "19091")

    assert desk.address == "http://127.0.0.1:19091"


def test_another_way_to_check_tokens_takes_the_place_of_the_noted_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.remember({"SUPPORT_JWT_SECRET": SECRET})

    monkeypatch.setenv("SUPPORT_JWT_JWKS_URL", "https://app.example/keys")

    assert "SUPPORT_JWT_SECRET" not in desk.environment()


def test_no_token_is_signed_for_a_desk_that_believes_the_application_s_keys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.make_jwt_secret()
    desk.remember({"SUPPORT_JWT_JWKS_URL": "https://app.example/keys"})

    monkeypatch.setenv("SUPPORT_JWT_SECRET", SECRET)

    with desk.held(), pytest.raises(Trouble, match="SUPPORT_JWT_JWKS_URL"):
        make_token(desk, "1", 60)


def test_the_doctor_tells_a_wrong_variable_and_goes_no_further(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_PORT", "abc")

    ran = CliRunner().invoke(doctor, ["--data-dir", str(desk.data_dir)])

    assert ran.exit_code == 1
    assert isinstance(ran.exception, SystemExit), "not a traceback"
    assert "SUPPORT_PORT" in ran.output
