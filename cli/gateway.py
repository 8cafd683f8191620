"""The running gateway as the commands see it: a few plain HTTP calls on this machine."""

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

from cli.ports import LOOPBACK

# What is on this machine is never asked through a proxy.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


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


def _call(
    url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, body, headers or {})  # noqa: S310 - our own address
    try:
        with _direct.open(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, _json_or_nothing(refusal.read())
    except (OSError, ValueError) as fault:
        return 0, {"detail": str(fault)}


def _json_or_nothing(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
