"""Files are short, so that each can be read at once."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = {
    "bench": 300,
    "botapi": 300,
    "chassis": 300,
    "cli": 300,
    "contracts": 300,
    "docs": 300,
    "services": 300,
    "tests": 400,
}


def test_no_module_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder, most in LONGEST.items()
        for path in (ROOT / folder).rglob("*.py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > most
    }

    assert long == {}
