"""The doctor asks those who are not well what they lack."""

import json
from pathlib import Path

import pytest

from chassis.vital_signs import Page, serve
from cli.desk import Desk
from cli.diagnosis.machine import examine_gateway
from cli.ports import LOOPBACK, choose_port


def test_whoever_is_not_ready_is_named_with_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, sla = choose_port(), choose_port()
    monkeypatch.setenv("SUPPORT_PORT", str(gateway))
    desk = Desk(tmp_path)
    desk.make()
    desk.ports_file.write_text(json.dumps({"sla-metrics": sla}))
    health = {name: {"status": status} for name, status in HEALTH.items()}
    play(gateway, "/api/support/health/", {"status": "degraded", "checks": health})
    play(sla, "/ready", {"status": "not_ready", "checks": {"rpc": "ok", "relay": "is behind"}})

    finding = examine_gateway(desk)

    assert not finding.is_well
    assert finding.what.endswith("not all is well: tickets, sla (relay: is behind).")


HEALTH = {"broker": "ok", "tickets": "error", "sla": "not_ready", "bot": "idle"}


def play(port: int, path: str, told: dict[str, object]) -> None:
    page = Page(json.dumps(told).encode(), status=503)
    serve({path: lambda: page}, port, LOOPBACK)
