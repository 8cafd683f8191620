"""Ports that nobody else holds, remembered so that a restart finds the desk where it was."""

import json
import random
import socket
from pathlib import Path

from cli.whole_files import write_whole

LOOPBACK = "127.0.0.1"

# Below what Linux hands to outgoing connections (32768 up), so that no passing connection of
# somebody else's sits on a port while its owner restarts.
CANDIDATES = range(15000, 30000)


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Can a server listen there now?"""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def is_ours(host: str) -> bool:
    """Is it an address of this machine, so that a server may listen on it at all?"""
    return is_free(0, host)


def choose_port(taken: frozenset[int] = frozenset()) -> int:
    """A free port of this machine, none of those already taken by the caller."""
    for port in random.sample(CANDIDATES, k=len(CANDIDATES)):
        if port not in taken and is_free(port):
            return port
    raise OSError("no free port on 127.0.0.1")


def known_ports(file: Path) -> dict[str, int]:
    """The ports of the last run by name."""
    return dict(json.loads(file.read_text())) if file.exists() else {}


def remembered_ports(file: Path, names: list[str]) -> dict[str, int]:
    """The ports of the last run by name; one that is new, or held by somebody now, is chosen anew.

    Call it only when the processes of the last run are gone.
    """
    known = known_ports(file)
    ports: dict[str, int] = {}
    for name in names:
        taken = frozenset(ports.values())
        port = known.get(name)
        ports[name] = port if port and port not in taken and is_free(port) else choose_port(taken)
    write_whole(file, json.dumps(known | ports, indent=2) + "\n")
    return ports
