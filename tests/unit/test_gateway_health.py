"""Health and figures: composed from several, honest about who is silent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chassis.broker.publishing import PublishFailed
from contracts.errors import Unavailable
from tests.support.gateway import Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def test_everybody_well_is_200_and_an_idle_bot_is_well(gateway: Gateway) -> None:
    answer = gateway.as_anyone().gets("/health/")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    statuses = {name: check["status"] for name, check in answer.json["checks"].items()}
    assert statuses == {
        "broker": "ok",
        "tickets": "ok",
        "incidents": "ok",
        "sla": "ok",
        "bot": "idle",
    }
    assert all(check["latency_ms"] >= 0 for check in answer.json["checks"].values())


@pytest.mark.parametrize("name", ["tickets", "incidents", "sla", "bot"])
def test_one_silent_process_is_503_and_named(gateway: Gateway, name: str) -> None:
    gateway.services.answers[f"{name}.ping"] = Unavailable("silent")

    answer = gateway.as_anyone().gets("/health/")

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["status"] == "degraded"
    ill = [key for key, check in answer.json["checks"].items() if check["status"] == "error"]
    assert ill == [name]


def test_a_process_that_answers_but_cannot_work_is_503_and_named(gateway: Gateway) -> None:
    gateway.services.answers["sla.ping"] = lambda _: {
        "status": "not_ready",
        "checks": {"database": "the database does not answer in time"},
    }

    answer = gateway.as_anyone().gets("/health/")

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["sla"]["status"] == "not_ready"
    assert answer.json["checks"]["sla"]["latency_ms"] >= 0
    assert "database" not in answer.text, "what is the matter is for the log, not for everybody"


def test_a_broker_that_takes_nothing_is_503(gateway: Gateway) -> None:
    def refuse() -> str:
        raise PublishFailed("no confirm")

    gateway.probe = refuse

    answer = gateway.as_anyone().gets("/health/")

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["broker"] == {"status": "error", "latency_ms": None}


def test_a_probe_that_hangs_is_not_waited_for(gateway: Gateway) -> None:
    release = threading.Event()
    gateway.probe = lambda: "ok" if release.wait(20) else "late"

    answer = gateway.as_anyone().gets("/health/")

    release.set()
    assert answer.status_code == 503


def test_health_is_computed_once_a_second(gateway: Gateway) -> None:
    for _ in range(5):
        gateway.as_anyone().gets("/health/")

    assert [name for name, _ in gateway.services.asked].count("tickets.ping") == 1


def test_those_who_wait_while_somebody_is_silent_are_answered_together(gateway: Gateway) -> None:
    release = threading.Event()
    gateway.probe = lambda: "ok" if release.wait(20) else "late"

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(gateway.as_anyone().gets, "/health/") for _ in range(4)]
        answers = [asked.result() for asked in asking]

    release.set()
    assert [answer.status_code for answer in answers] == [503] * 4
    assert [name for name, _ in gateway.services.asked].count("tickets.ping") == 1


def test_the_live_probe_asks_nobody(gateway: Gateway) -> None:
    gateway.services.answers["tickets.ping"] = Unavailable("silent")

    answer = gateway.as_anyone().gets("/health/?probe=live")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert not gateway.services.asked


def test_figures_are_composed_from_three(gateway: Gateway) -> None:
    told = gateway.as_admin().gets("/stats/?from=2026-03-01&to=2026-03-01").json

    assert told is not None
    assert (told["from"], told["to"]) == ("2026-02-28T21:00:00.000Z", "2026-03-01T21:00:00.000Z")
    assert told["open"] == 3
    assert told["open_by_priority"] == {"P0": 0, "P1": 3, "P2": 0, "P3": 0}
    assert told["sla"] == {
        "met": 9,
        "breached": 1,
        "compliance": 0.9,
        "reprioritised": 2,
        "recounted": 0,
        "closed_unanswered": 3,
        "by_incident": 0,
        "by_priority": {"P1": {"met": 9, "breached": 1, "compliance": 0.9}},
        "by_category": {},
        "by_agent": [
            {"met": 9, "breached": 1, "compliance": 0.9, "agent": "Anna", "agent_id": "tg:7"}
        ],
        "by_week": [
            {
                "met": 9,
                "breached": 1,
                "compliance": 0.9,
                "week": "2026-W09",
                "starts_on": "2026-02-23",
            }
        ],
    }
    assert told["by_agent"] == [{"agent": "Anna", "agent_id": "tg:7", "answers": 9, "resolved": 4}]
    assert told["incidents"]["declared"] == 2
    query = gateway.services.last("sla.get_sla_stats")
    assert query.from_at == gateway.services.last("tickets.get_stats").from_at


def test_an_instant_may_have_a_zone_and_an_unescaped_plus(gateway: Gateway) -> None:
    told = gateway.as_admin().gets(
        "/stats/?from=2026-03-01T00:00:00+03:00&to=2026-03-01T12:00:00.5Z"
    )

    assert told.json is not None
    assert told.json["from"] == "2026-02-28T21:00:00.000Z"
    assert told.json["to"] == "2026-03-01T12:00:00.500Z"


def test_silent_neighbours_leave_a_gap_in_the_figures(gateway: Gateway) -> None:
    gateway.services.answers["sla.get_sla_stats"] = Unavailable("silent")
    gateway.services.answers["incidents.get_incident_stats"] = Unavailable("silent")

    answer = gateway.as_admin().gets("/stats/")

    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["sla"], answer.json["incidents"]) == (None, None)


def test_without_tickets_there_are_no_figures(gateway: Gateway) -> None:
    gateway.services.answers["tickets.get_stats"] = Unavailable("silent")

    assert gateway.as_admin().gets("/stats/").status_code == 503
