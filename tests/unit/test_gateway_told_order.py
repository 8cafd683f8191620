"""One record, many faces: the words about an incident stand everywhere in the same order."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.incidents import IncidentView, StatusView
from services.bot.showing import figures
from tests.support.bot_rows import LANGUAGES
from tests.support.gateway import NOW, Gateway
from tests.support.public_facts import minutes, update

WORDS = [
    update(1, "investigating", "first word", NOW - minutes(9)),
    update(2, "monitoring", "third word", NOW - minutes(5)),
    update(
        3, "investigating", "second word", NOW - minutes(4), display_at=NOW - timedelta(minutes=7)
    ),
    update(4, "monitoring", "fifth word", NOW - minutes(2)),
    update(5, "monitoring", "fourth word", NOW - minutes(1), display_at=NOW - timedelta(minutes=5)),
]
"""Number 3 tells of before, number 5 of the moment of number 2."""
IN_ORDER = ["first", "second", "third", "fourth", "fifth"]
INCIDENT = IncidentView(
    id=3,
    title="Outage",
    status="monitoring",
    impact="major",
    started_at=NOW - timedelta(minutes=9),
    updates=WORDS,
)
STATUS = StatusView(
    status="degraded", incident=INCIDENT, incidents=[INCIDENT], updated_at=NOW, version=2
)


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    told = Gateway(tmp_path)
    told.board.hear(STATUS, NOW)
    return told


def told_in(text: str) -> list[str]:
    return re.findall(r"(\w+) word", text)


@pytest.mark.parametrize("path", ["/status", "/status/feed.atom", "/api/v2/incidents.json"])
def test_page_feed_and_statuspage_begin_with_the_latest(gateway: Gateway, path: str) -> None:
    assert told_in(gateway.as_anyone().gets(path).text) == IN_ORDER[::-1]


def test_the_status_of_the_api_ends_with_the_latest(gateway: Gateway) -> None:
    told = gateway.as_anyone().gets("/api/support/status/").json

    assert told is not None
    words = [each["message"] for each in told["incident"]["updates"]]
    assert [word for told_word in words for word in told_in(told_word)] == IN_ORDER
    shown_at = [each["display_at"] for each in told["incident"]["updates"]]
    assert shown_at == sorted(shown_at)


def test_the_bot_tells_the_latest() -> None:
    assert told_in(figures.status(LANGUAGES.of("en"), STATUS, NOW)) == ["fifth"]


def test_it_is_watched_since_it_came_to_be_whatever_was_told_of_before(gateway: Gateway) -> None:
    told = gateway.as_anyone().gets("/api/v2/incidents.json").json

    assert told is not None
    assert told["incidents"][0]["monitoring_at"] == "2026-03-02T08:55:00.000Z"
