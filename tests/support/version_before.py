"""The source of the version before this one, to be run beside it."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.support.starting import ROOT

CHOSEN = "SUPPORT_TEST_UPGRADE_FROM"
"""Names a commit or tag to upgrade from, such as the last release."""


class Source(NamedTuple):
    """Where a version's source is, and which it is."""

    root: Path
    revision: str


def version_before(directory: Path) -> Source:
    """The commit before this one, laid out in `directory`. Without a history (an unpacked archive,
    a clone of one commit) it is this version itself, and an upgrade is a restart."""
    chosen = os.environ.get(CHOSEN)
    for revision in [chosen] if chosen else ["HEAD~1", "HEAD"]:
        if _unpack(revision, directory):
            return Source(directory, revision)
    assert chosen is None, f"{CHOSEN}={chosen} is no commit of this repository"
    return Source(ROOT, "this one itself, for want of a history")


def _unpack(revision: str, directory: Path) -> bool:
    git = shutil.which("git")
    if git is None:
        return False
    archive = subprocess.run(
        [git, "-C", str(ROOT), "archive", "--format=tar", revision],
        capture_output=True,
        check=False,
    )
    if archive.returncode != 0:
        return False
    directory.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "-x", "-C", str(directory)], input=archive.stdout, check=True)
    return (directory / "services").is_dir()
