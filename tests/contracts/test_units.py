"""What the units of systemd say, and what the commands beside them are told."""

import re
from pathlib import Path

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"


def data_dirs(text: str) -> list[str]:
    return re.findall(r"^(?:Environment=)?SUPPORT_DATA_DIR='?([^'\s]+)", text, re.MULTILINE)


def test_a_backup_looks_for_the_files_where_the_processes_keep_them() -> None:
    said = [data_dirs(unit.read_text("utf-8")) for unit in UNITS.glob("*.service")]
    told = (UNITS / "support.env.example").read_text("utf-8")

    assert len(said) == 5
    assert [*said, data_dirs(told)] == [["/var/lib/support"]] * 6


def test_a_shell_that_reads_the_example_takes_every_value_whole() -> None:
    lines = (UNITS / "support.env.example").read_text("utf-8").splitlines()
    given = [line for line in lines if line and not line.startswith("#")]

    assert given
    assert [line for line in given if not re.fullmatch(r"[A-Z_]+='[^']*'", line)] == []
