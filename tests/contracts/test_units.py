"""What the units of systemd say, and what the commands beside them are told."""

import re
from pathlib import Path

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"


def data_dirs(text: str) -> list[str]:
    return re.findall(r"^(?:Environment=)?SUPPORT_DATA_DIR=(\S+)", text, re.MULTILINE)


def test_a_backup_looks_for_the_files_where_the_processes_keep_them() -> None:
    said = [data_dirs(unit.read_text("utf-8")) for unit in UNITS.glob("*.service")]
    told = (UNITS / "support.env.example").read_text("utf-8")

    assert len(said) == 5
    assert [*said, data_dirs(told)] == [["/var/lib/support"]] * 6
