"""What the Dockerfile copies is enough for the five processes and for migrations: nothing there
stands on the tests, the benches, or what only developers install."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cli.ports import choose_port

ROOT = Path(__file__).parents[3]
IMPORTED = ("contracts", "chassis", "botapi", "cli", "services")
IMPORT_ALL = """
import pkgutil, sys
from importlib import import_module
absent, packages = sys.argv[1].split(","), sys.argv[2:]
sys.modules |= dict.fromkeys(absent)
for package in packages:
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            import_module(module.name)
            print(module.name)
"""


def copied() -> list[str]:
    """The files and folders of the project that the image has."""
    lines = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    return [name for line in lines for name in line.split()]


def only_developers_have() -> list[str]:
    """Names under which their libraries are imported."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = [re.split(r"[^a-z0-9-]", line)[0] for line in project["dependency-groups"]["dev"]]
    return [name.removeprefix("pytest-").replace("-", "") for name in names]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("image")
    for name in copied():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, place / name)
    return place


def test_what_is_copied_is_not_kept_from_the_builder() -> None:
    let_in = (ROOT / ".dockerignore").read_text().split()

    assert [f"!{name}" for name in copied() if f"!{name}" not in let_in] == []


def test_every_module_can_be_imported(image: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, ",".join(only_developers_have()), *IMPORTED],
        cwd=image,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stderr
    assert "services.bot.app" in said.stdout.splitlines()


def test_the_databases_are_migrated(image: Path, tmp_path: Path) -> None:
    addresses = {"AMQP_URL": f"amqp://guest:guest@127.0.0.1:{choose_port()}//"}

    said = subprocess.run(
        [sys.executable, "-m", "cli", "migrate"],
        cwd=image,
        env={"PATH": os.environ["PATH"], "SUPPORT_DATA_DIR": str(tmp_path), **addresses},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Databases are up to date:" in said.stdout, said.stderr
    assert f"  bot: SQLite {tmp_path}/bot.sqlite3" in said.stdout
    assert "No broker answers" in said.stderr
