"""The vital signs of a process as whoever watches it reads them."""

from typing import Any

import requests


def look(port: int, path: str) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of a page; status 0 while nobody serves it."""
    try:
        answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=5)
    except requests.ConnectionError:
        return 0, {}
    told: dict[str, Any] = answer.json()
    return answer.status_code, told


def is_ready(port: int) -> bool:
    return look(port, "/ready")[0] == 200


def failing(port: int) -> set[str]:
    """The names of the checks that fail now."""
    _, told = look(port, "/ready")
    return {name for name, said in told.get("checks", {}).items() if said != "ok"}
