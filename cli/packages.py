"""Programs that come from the operating system: found, or installed with apt when we may."""

import os
import shutil
import subprocess
from pathlib import Path

import click

from cli.trouble import Trouble


def find_program(*places: str) -> Path | None:
    """The first of these that exists: a path (with wildcards) or a name to look up in PATH."""
    for place in places:
        if place.startswith("/"):
            found = sorted(Path("/").glob(place.lstrip("/")))
            if found:
                return found[-1]
        elif path := shutil.which(place):
            return Path(path)
    return None


def require_program(package: str, *places: str) -> Path:
    """Find a program; when it is missing, install its Debian package or say how to."""
    program = find_program(*places)
    if program is None:
        install(package)
        program = find_program(*places)
    if program is None:
        raise Trouble(f"{package} is installed, but {places[0]} is not there: reinstall it.")
    return program


def install(*packages: str) -> None:
    """Install Debian packages with apt, as root or by sudo."""
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise Trouble(f"Install {names} with this system's package manager, then run it again.")
    if os.geteuid() != 0 and not _may_sudo():
        raise Trouble(f"Install what is missing (sudo apt-get install {names}), then run it again.")
    click.echo(f"Installing {names} …")
    for arguments in (["update", "-q"], ["install", "-y", "-q", *_LEAN, *packages]):
        _apt(arguments, names)


_LEAN = ["--no-install-recommends"]


def _may_sudo() -> bool:
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def _apt(arguments: list[str], names: str) -> None:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    ran = subprocess.run(
        [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        last = (ran.stderr.strip() or ran.stdout.strip() or "no reason given").splitlines()[-1]
        raise Trouble(
            f"apt-get could not install {names} ({last}): "
            f"check the network, then run it again, or install {names} yourself."
        )
