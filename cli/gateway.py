"""The running gateway as the commands see it: a few plain HTTP calls on this machine."""

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

from cli.ports import LOOPBACK

# What is on this machine is never asked through a proxy.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

_FOR_NOW = (0, 429, 503)
"""Nobody answers, too many have asked, somebody behind the gateway is silent."""
_AGAIN_SECONDS = 1.0


class NotNow(Exception):
    """The desk refuses for now; it may be asked again in `seconds`."""

    def __init__(self, reason: str, seconds: float = _AGAIN_SECONDS) -> None:
        super().__init__(reason)
        self.seconds = seconds


def is_well(address: str) -> bool:
    """Does the gateway say that every process answers?"""
    status, _ = health(address)
    return status == 200


def health(address: str) -> tuple[int, dict[str, Any]]:
    """The health answer; status 0 when nobody answers, with the reason."""
    return _call(f"{address}/api/support/health/")


def failing_checks(port: int) -> dict[str, str]:
    """What the process behind this metrics port lacks to do its work, by check."""
    _, answer = _call(f"http://{LOOPBACK}:{port}/ready")
    return {name: said for name, said in answer.get("checks", {}).items() if said != "ok"}


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """Get JSON; status 0 when nobody answers."""
    return _call(url, headers=headers)


def post(url: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Post JSON; status 0 when nobody answers."""
    headers = {"Content-Type": "application/json", **headers}
    return _call(url, json.dumps(body).encode(), headers)


def ask(
    url: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Get JSON, or post it when there is a body. Raises NotNow when it may be asked again later,
    by the answer's own Retry-After."""
    sent = None if body is None else json.dumps(body).encode()
    headers = (headers or {}) | ({} if body is None else {"Content-Type": "application/json"})
    status, answer, retry_after = _exchange(url, sent, headers)
    if status in _FOR_NOW:
        seconds = float(retry_after) if retry_after.isdecimal() else _AGAIN_SECONDS
        raise NotNow(str(answer.get("detail") or answer.get("title") or status), seconds)
    return status, answer


def page(url: str) -> str:
    """A page for people. Raises NotNow when it cannot be had."""
    try:
        with _direct.open(url, timeout=5) as answer:
            return str(answer.read().decode())
    except OSError as fault:
        raise NotNow(str(fault)) from None


def _call(
    url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    status, answer, _ = _exchange(url, body, headers or {})
    return status, answer


def _exchange(
    url: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, dict[str, Any], str]:
    """Status, answer, and what Retry-After says."""
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - our own address
    try:
        with _direct.open(request, timeout=10) as answer:
            return answer.status, json.load(answer), ""
    except HTTPError as refusal:
        again = refusal.headers.get("Retry-After", "")
        return refusal.code, _json_or_nothing(refusal.read()), again
    except (OSError, ValueError) as fault:
        return 0, {"detail": str(fault)}, ""


def _json_or_nothing(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
