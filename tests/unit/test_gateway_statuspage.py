"""What a program written for Atlassian's Statuspage reads from us."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.vocabulary import ComponentStatus, IncidentImpact
from services.gateway.statuspage.rollup import rollup
from tests.support.gateway import NOW, Gateway
from tests.support.public_facts import OUTAGE, eventful, returned, update

PATHS = (
    "summary.json",
    "status.json",
    "components.json",
    "incidents.json",
    "incidents/unresolved.json",
    "scheduled-maintenances.json",
    "scheduled-maintenances/upcoming.json",
    "scheduled-maintenances/active.json",
)

PAGE = ["id", "name", "url", "time_zone", "updated_at"]
COMPONENT = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "position",
    "description",
    "showcase",
    "start_date",
    "group_id",
    "page_id",
    "group",
    "only_show_if_degraded",
]
INCIDENT = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact",
    "shortlink",
    "started_at",
    "page_id",
    "incident_updates",
    "components",
]
UPDATE = [
    "id",
    "status",
    "body",
    "incident_id",
    "created_at",
    "updated_at",
    "display_at",
    "affected_components",
    "deliver_notifications",
    "custom_tweet",
    "tweet_id",
]
AFFECTED = ["code", "name", "old_status", "new_status"]
MAINTENANCE = [*INCIDENT, "scheduled_for", "scheduled_until"]


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


@pytest.fixture
def asks(gateway: Gateway) -> Callable[..., Any]:
    """Fetch one of the documents of an eventful desk."""
    gateway.board.hear(eventful(NOW), NOW)

    def ask(path: str, language: str = "en") -> Any:
        headers = {"Accept-Language": language}
        return gateway.as_anyone().gets(f"/api/v2/{path}", headers=headers).json

    return ask


def test_every_document_names_its_parts_in_statuspages_order(asks: Callable[..., Any]) -> None:
    parts = {path: list(asks(path)) for path in PATHS}

    assert parts == {
        "summary.json": ["page", "components", "incidents", "scheduled_maintenances", "status"],
        "status.json": ["page", "status"],
        "components.json": ["page", "components"],
        "incidents.json": ["page", "incidents"],
        "incidents/unresolved.json": ["page", "incidents"],
        "scheduled-maintenances.json": ["page", "scheduled_maintenances"],
        "scheduled-maintenances/upcoming.json": ["page", "scheduled_maintenances"],
        "scheduled-maintenances/active.json": ["page", "scheduled_maintenances"],
    }


def test_every_object_has_statuspages_fields_in_its_order(asks: Callable[..., Any]) -> None:
    summary = asks("summary.json")
    incident = asks("incidents.json")["incidents"][-2]

    assert list(summary["page"]) == PAGE
    assert list(summary["status"]) == ["indicator", "description"]
    assert {tuple(each) for each in summary["components"]} == {tuple(COMPONENT)}
    assert {tuple(each) for each in summary["incidents"]} == {tuple(INCIDENT)}
    assert {tuple(each) for each in summary["scheduled_maintenances"]} == {tuple(MAINTENANCE)}
    assert {tuple(each) for each in incident["incident_updates"]} == {tuple(UPDATE)}
    assert list(incident["components"][0]) == COMPONENT
    assert list(incident["incident_updates"][1]["affected_components"][0]) == AFFECTED


def test_ids_are_text_and_times_can_be_read(asks: Callable[..., Any]) -> None:
    summary = asks("summary.json")
    found = [*summary["incidents"], *summary["scheduled_maintenances"], *summary["components"]]

    for each in [summary["page"], *found, *_updates(summary)]:
        assert isinstance(each["id"], str)
        for name in ("created_at", "updated_at", "started_at", "display_at", "scheduled_for"):
            assert name not in each or _time(each[name]).tzinfo == UTC
    ids = [each["id"] for each in [*found, *_updates(summary)]]
    assert len(ids) == len(set(ids))
    assert {each["page_id"] for each in found} == {summary["page"]["id"]}


def test_the_page_says_where_it_is_and_when_it_changed(gateway: Gateway) -> None:
    gateway.board.hear(eventful(NOW), NOW)

    told = gateway.as_anyone().gets(
        "/api/v2/summary.json",
        base_url="https://desk.example:8443",
        headers={"Accept-Language": "en"},
    )

    assert told.json is not None
    assert told.json["page"] == {
        "id": "status",
        "name": "System status",
        "url": "https://desk.example:8443/status",
        "time_zone": "Europe/Moscow",
        "updated_at": "2026-03-02T08:56:00.000Z",
    }
    links = [each["shortlink"] for each in told.json["incidents"]]
    assert links[1] == "https://desk.example:8443/status#incident-3"


def test_incidents_come_newest_first_the_open_ones_alone_where_asked(
    asks: Callable[..., Any],
) -> None:
    assert _ids(asks("incidents.json")["incidents"]) == ["4", "3", "2", "1"]
    assert _ids(asks("incidents/unresolved.json")["incidents"]) == ["4", "3"]
    assert _ids(asks("summary.json")["incidents"]) == ["4", "3"]


def test_updates_come_newest_first_by_the_time_they_show(asks: Callable[..., Any]) -> None:
    incident = _by_id(asks("incidents.json")["incidents"], "3")

    identified, investigating = incident["incident_updates"]

    assert (identified["id"], identified["status"]) == ("9", "identified")
    assert identified["body"] == "Нашли причину:\nбанк"
    assert identified["created_at"] == _iso(NOW - timedelta(minutes=10))
    assert identified["display_at"] == _iso(NOW - timedelta(minutes=25))
    assert investigating["display_at"] == investigating["created_at"] == incident["started_at"]
    assert {each["incident_id"] for each in incident["incident_updates"]} == {"3"}
    assert incident["name"] == OUTAGE


def test_an_update_tells_what_changed_since_the_one_before(asks: Callable[..., Any]) -> None:
    incident = _by_id(asks("incidents.json")["incidents"], "2")

    changes = [
        [(each["code"], each["old_status"], each["new_status"]) for each in told]
        if (told := update["affected_components"])
        else told
        for update in incident["incident_updates"]
    ]

    assert changes == [
        None,  # the post-mortem
        [
            ("video", "partial_outage", "operational"),
            ("recordings", "degraded_performance", "operational"),
        ],
        [
            ("video", "partial_outage", "partial_outage"),
            ("recordings", "operational", "degraded_performance"),
        ],
        [("video", "operational", "partial_outage")],
    ]


def test_an_incident_that_hits_no_component_says_null(asks: Callable[..., Any]) -> None:
    incident = _by_id(asks("incidents.json")["incidents"], "4")

    assert [each["affected_components"] for each in incident["incident_updates"]] == [None, None]
    assert incident["components"] == []
    assert incident["monitoring_at"] == _iso(NOW - timedelta(minutes=4))


def test_a_post_mortem_is_the_incidents_status_and_its_newest_update(
    asks: Callable[..., Any],
) -> None:
    incident = _by_id(asks("incidents.json")["incidents"], "2")

    newest = incident["incident_updates"][0]

    assert incident["status"] == newest["status"] == "postmortem"
    assert newest["body"].startswith("Закончилось место на диске.")
    assert incident["resolved_at"] == _iso(NOW - timedelta(days=2))
    assert incident["updated_at"] == newest["created_at"] == _iso(NOW - timedelta(days=1))


def test_one_that_has_come_back_is_open_whatever_was_written_of_its_end(
    gateway: Gateway, asks: Callable[..., Any]
) -> None:
    view = eventful(NOW).model_copy(update={"incidents": [returned(NOW)], "recent": []})
    gateway.board.hear(view, NOW)

    (incident,) = asks("summary.json")["incidents"]

    assert (incident["status"], incident["resolved_at"]) == ("investigating", None)
    newest = [update["status"] for update in incident["incident_updates"][:3]]
    assert newest == ["investigating", "postmortem", "resolved"]


def test_it_is_watched_since_it_last_came_to_be(gateway: Gateway, asks: Callable[..., Any]) -> None:
    known = eventful(NOW)
    more = update(13, "monitoring", "Пока держится", NOW - timedelta(minutes=1))
    late = known.incidents[1]
    longer = late.model_copy(update={"updates": [*late.updates, more]})
    gateway.board.hear(known.model_copy(update={"incidents": [longer]}), NOW)

    (incident,) = asks("summary.json")["incidents"]

    assert incident["monitoring_at"] == _iso(NOW - timedelta(minutes=4))


def test_the_record_of_an_older_incidents_process_is_told_as_far_as_it_goes(
    asks: Callable[..., Any],
) -> None:
    incident = _by_id(asks("incidents.json")["incidents"], "1")

    assert [each["id"] for each in incident["incident_updates"]] == ["1-2", "1-1"]
    assert incident["updated_at"] == incident["resolved_at"]
    assert [each["id"] for each in incident["components"]] == ["app"]


def test_components_stand_in_the_products_order_in_the_readers_language(
    asks: Callable[..., Any],
) -> None:
    english = asks("components.json")["components"]
    russian = asks("components.json", language="ru")["components"]

    assert [each["id"] for each in english] == ["app", "payments", "video", "recordings"]
    assert [each["position"] for each in english] == [1, 2, 3, 4]
    assert (english[1]["name"], russian[1]["name"]) == ("Payments", "Оплата")
    assert english[1]["status"] == "major_outage"
    assert english[1]["updated_at"] == _iso(NOW - timedelta(minutes=30))
    assert english[0]["created_at"] == english[0]["updated_at"] == _iso(NOW - timedelta(days=30))
    assert english[0]["start_date"] == "2026-01-31"


def test_planned_work_is_an_incident_with_times(asks: Callable[..., Any]) -> None:
    everything = asks("scheduled-maintenances.json")["scheduled_maintenances"]
    upcoming = asks("scheduled-maintenances/upcoming.json")["scheduled_maintenances"]
    active = asks("scheduled-maintenances/active.json")["scheduled_maintenances"]

    assert _ids(everything) == ["maintenance-2", "maintenance-1", "maintenance-3"]
    assert (_ids(upcoming), _ids(active)) == (["maintenance-2"], ["maintenance-1"])
    assert everything[:2] == asks("summary.json")["scheduled_maintenances"]
    assert [each["status"] for each in everything] == ["scheduled", "in_progress", "completed"]
    assert {each["impact"] for each in everything} == {"maintenance"}
    assert active[0]["scheduled_for"] == _iso(NOW - timedelta(minutes=10))
    assert active[0]["scheduled_until"] == _iso(NOW + timedelta(minutes=50))
    begun, announced = active[0]["incident_updates"]
    assert (begun["status"], announced["status"]) == ("in_progress", "scheduled")
    assert begun["affected_components"][0]["new_status"] == "under_maintenance"
    assert announced["affected_components"][0]["new_status"] == "operational"
    completed = everything[2]["incident_updates"][0]
    assert (completed["status"], completed["display_at"]) == (
        "completed",
        everything[2]["resolved_at"],
    )
    assert completed["affected_components"][0]["new_status"] == "operational"


@pytest.mark.parametrize(
    ("components", "impacts", "indicator", "description"),
    [
        ("", "", "none", "All Systems Operational"),
        ("operational operational", "", "none", "All Systems Operational"),
        ("operational under_maintenance", "", "maintenance", "Service Under Maintenance"),
        ("operational degraded_performance", "", "minor", "Partially Degraded Service"),
        ("degraded_performance degraded_performance", "", "minor", "Degraded System Service"),
        ("operational partial_outage", "", "minor", "Minor Service Outage"),
        ("partial_outage partial_outage", "", "major", "Partial System Outage"),
        ("operational major_outage", "", "major", "Partial System Outage"),
        ("partial_outage major_outage", "", "major", "Partial System Outage"),
        ("major_outage major_outage", "", "critical", "Major System Outage"),
        ("operational operational", "minor", "minor", "Minor Service Outage"),
        ("operational operational", "minor major", "major", "Partial System Outage"),
        ("operational major_outage", "critical", "critical", "Major System Outage"),
        ("under_maintenance operational", "minor", "minor", "Minor Service Outage"),
        ("operational degraded_performance", "minor", "minor", "Partially Degraded Service"),
    ],
)
def test_the_one_word_is_the_worse_of_components_and_open_incidents(
    components: str, impacts: str, indicator: str, description: str
) -> None:
    found = rollup(
        [ComponentStatus(each) for each in components.split()],
        [IncidentImpact(each) for each in impacts.split()],
    )

    assert (found.indicator, found.description) == (indicator, description)


def test_the_one_word_is_english_in_every_language(asks: Callable[..., Any]) -> None:
    assert asks("status.json", language="ru")["status"] == {
        "indicator": "critical",
        "description": "Major System Outage",
    }


def test_before_anything_is_known_a_client_can_still_read_every_document(
    gateway: Gateway,
) -> None:
    told = {path: gateway.as_anyone().gets(f"/api/v2/{path}").json for path in PATHS}

    summary = told["summary.json"]
    assert summary is not None
    assert summary["status"]["indicator"] == "none"
    assert len(summary["components"]) == 4
    assert (summary["incidents"], summary["scheduled_maintenances"]) == ([], [])
    assert _time(summary["page"]["updated_at"]) == datetime.fromtimestamp(0, UTC)


def _updates(document: dict[str, Any]) -> list[dict[str, Any]]:
    incidents = [*document["incidents"], *document["scheduled_maintenances"]]
    return [update for incident in incidents for update in incident["incident_updates"]]


def _ids(incidents: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in incidents]


def _by_id(incidents: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    return next(each for each in incidents if each["id"] == wanted)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")
