"""What the supervisor is told."""

from configparser import ConfigParser
from pathlib import Path

from cli.desk import Desk
from cli.supervisor_file import Program, configuration

DESK = Desk(Path("/srv/100% desk"))


def told(*programs: Program) -> ConfigParser:
    parsed = ConfigParser()  # its interpolation is supervisord's: %% is a plain %
    text = configuration(DESK, Path("/run/desk.sock"), list(programs), ["broker", "services"])
    parsed.read_string(text)
    return parsed


def test_a_crashed_program_is_started_again_without_end() -> None:
    program = told(Program("sla", ["python", "-m", "services.sla"], "services"))["program:sla"]

    assert program["autorestart"] == "true"
    assert int(program["startretries"]) >= 1_000_000


def test_later_stages_end_before_earlier_ones() -> None:
    file = told(Program("node", ["rabbit"], "broker"), Program("sla", ["python"], "services"))

    assert int(file["group:broker"]["priority"]) < int(file["group:services"]["priority"])


def test_a_stage_without_programs_is_left_out() -> None:
    assert not told(Program("sla", ["python"], "services")).has_section("group:broker")


def test_signs_that_mean_something_to_supervisord_stay_plain() -> None:
    program = Program("sla", ["python", "50%"], "services", {"PLACE": "100%"})

    section = told(program)["program:sla"]

    assert section["command"] == '"python" "50%"'
    assert section["environment"] == 'PLACE="100%"'
    assert section["stdout_logfile"] == "/srv/100% desk/logs/sla.log"
