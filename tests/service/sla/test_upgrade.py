"""Clocks as the first schema kept them go on under the newest, and nothing is said twice."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from chassis.clock import SetClock
from chassis.storage.database import Database
from chassis.storage.migrate import upgrade
from contracts.tickets import AnswerDelivered
from contracts.vocabulary import CycleState, Metric
from tests.support.sla_desk import SlaDesk, facts_of
from tests.support.sla_story import answered, at, opened, reopened, resolved

REOPENED = reopened(resolved(opened("10:00"), "13:00"), "15:00")
CYCLE = {
    "ticket_id": 42,
    "metric": "first_response",
    "revision": 5,
    "policy_version": 1,
    "history": {
        "version": 3,
        "created_at": "2026-11-24T10:00:00Z",
        "answered_at": None,
        "finished_at": None,
        "priorities": [["2026-11-24T10:00:00Z", 3, "P1"]],
        "closings": ["2026-11-24T13:00:00Z"],
        "reopenings": ["2026-11-24T15:00:00Z"],
    },
    "duty": {
        "n": 2,
        "started_at": "2026-11-24T15:00:00Z",
        "answered_at": None,
        "cancelled_at": None,
    },
    "deadlines": {
        "P1": {
            "due_at": "2026-11-24T17:00:00Z",
            "alarms": [[0.8, "2026-11-24T16:36:00Z"]],
        }
    },
    "verdict": {
        "state": "imminent_breach",
        "due_at": "2026-11-24T17:00:00Z",
        "breach": None,
        "next_at": "2026-11-24T17:00:00Z",
    },
    "judged_at": "2026-11-24T16:40:00Z",
    "said": [["2026-11-24T15:00:00Z", "warned 0.8"], ["2026-11-24T10:00:00Z", "breached"]],
}
"""A ticket found late, resolved, reopened, and warned of again."""

INSERT = text(
    "INSERT INTO cycles (ticket_id, metric, n, revision, state, due_at, next_at, cycle, ticket) "
    "VALUES (42, 'first_response', 2, 5, 'imminent_breach', :due_at, :due_at, :cycle, :ticket)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the first schema with one ticket's clock, brought to the newest."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'sla.sqlite3'}" if is_sqlite else None
    url = url or str(request.getfixturevalue("postgres_url"))
    upgrade("sla", url, to="0001")
    due_at = "2026-11-24 17:00:00.000000" if is_sqlite else at("17:00")
    ticket = facts_of(REOPENED).model_dump(mode="json")
    for unknown in ("status_since", "unanswered_since", "taken_at"):
        del ticket[unknown]
    engine = create_engine(url)
    with engine.begin() as connection:
        told = {"due_at": due_at, "cycle": json.dumps(CYCLE), "ticket": json.dumps(ticket)}
        connection.execute(INSERT, told)
    engine.dispose()
    upgrade("sla", url)
    database = Database(url)
    yield database
    database.close()


def test_the_deadline_stands_and_is_found_late_once(desk: SlaDesk, clock: SetClock) -> None:
    clock.instant = at("16:41")
    assert desk.scans() == 0
    assert desk.describes(REOPENED).first_response.due_at == at("17:00")

    clock.instant = at("17:00")
    assert desk.scans() == 1
    assert desk.scans() == 0

    assert desk.words() == ["SlaBreached"]
    assert [(one.metric, one.state) for one in desk.urgent()] == [
        (Metric.FIRST_RESPONSE, CycleState.BREACHING)
    ]


def test_the_next_fact_goes_on_from_what_was_known(desk: SlaDesk, clock: SetClock) -> None:
    clock.instant = at("16:41")

    desk.hears(AnswerDelivered, answered(REOPENED, "16:41"))

    assert desk.words() == ["SlaAchieved"]
    assert desk.describes(REOPENED).first_response.state is CycleState.ACHIEVED
