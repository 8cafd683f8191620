"""What the commands say to what cannot be, in sentences of their own."""

import re
import shutil
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.agents import agents
from cli.chat import chat
from cli.diagnosis.machine import runs_on
from cli.doctor import doctor
from cli.ports import is_ours
from cli.up import up


@pytest.mark.parametrize("wrong", ["abc", "0", "1" * 5000, "１"])
def test_an_id_that_is_no_number_is_refused_in_a_sentence(wrong: str, tmp_path: Path) -> None:
    ran = CliRunner().invoke(agents, ["remove", wrong, "--data-dir", str(tmp_path)])

    assert ran.exit_code == 1
    assert "is no Telegram id" in ran.output


@pytest.mark.parametrize("port", ["0", "99999"])
def test_a_port_that_cannot_be_is_refused(port: str, tmp_path: Path) -> None:
    ran = CliRunner().invoke(up, ["--port", port, "--data-dir", str(tmp_path)])

    assert ran.exit_code == 2
    assert "1<=x<=65535" in ran.output


def test_a_held_port_is_answered_with_a_command_that_keeps_the_other_options(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        place = tmp_path / "my desk"
        arguments = ["--port", port, "--demo", "--data-dir", str(place)]
        refused = CliRunner().invoke(up, arguments)

    assert refused.exit_code == 1
    assert f"Port {port} on 127.0.0.1 is held" in refused.output
    assert re.search(rf"./support up --port \d+ --demo --data-dir '{place}'", refused.output)
    assert not place.exists()


def test_a_full_disk_is_told_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=10_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        started = CliRunner().invoke(up, ["--port", port, "--data-dir", str(tmp_path / "desk")])

    assert "10 MB are free" in started.output
    assert "Make room" in started.output


def test_a_desk_with_a_faulty_configuration_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_BOT_TOKEN", "abc")
    monkeypatch.setenv("SUPPORT_JWT_SECRET", "short")
    place = tmp_path / "desk"

    refused = CliRunner().invoke(up, ["--data-dir", str(place)])

    assert refused.exit_code == 1
    assert "SUPPORT_BOT_TOKEN: must be a bot's token" in refused.output
    assert "SUPPORT_JWT_SECRET must have at least 32 bytes" in refused.output
    assert not place.exists()


def test_what_is_suggested_is_of_the_same_desk(tmp_path: Path) -> None:
    place = tmp_path / "my desk"

    alone = CliRunner().invoke(chat, ["--data-dir", str(place)])
    looked_at = CliRunner().invoke(doctor, ["--data-dir", str(place)])
    at_home = CliRunner().invoke(chat, [], env={"SUPPORT_DATA_DIR": str(place)})

    assert f"./support up --data-dir '{place}'" in alone.output
    assert f"./support up --data-dir '{place}'" in looked_at.output
    assert "./support up" in at_home.output
    assert "--data-dir" not in at_home.output


def test_the_chat_s_help_tells_how_to_press_and_to_reply() -> None:
    told = " ".join(CliRunner().invoke(chat, ["--help"]).output.split())

    assert "#1 presses the first of its newest buttons" in told
    assert ">text replies" in told


def test_an_address_of_another_machine_is_not_ours() -> None:
    assert is_ours("127.0.0.1")
    assert not is_ours("203.0.113.7")


def test_the_doctor_takes_every_python_that_the_readme_names() -> None:
    versions = [(3, minor) for minor in range(9, 16)]

    assert [version for version in versions if runs_on(version)] == [(3, 11), (3, 12), (3, 13)]


def test_a_desk_that_was_never_started_is_not_ill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SUPPORT_JWT_SECRET", "SUPPORT_JWT_JWKS_URL", "SUPPORT_DATA_DIR"):
        monkeypatch.setenv(name, "")

    ran = CliRunner().invoke(doctor, ["--data-dir", str(tmp_path)])

    assert "has not been started yet: ./support up" in ran.output
    assert "JWT" not in ran.output
