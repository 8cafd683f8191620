"""`kill -9` of every process, the broker and PostgreSQL under load loses nothing, doubles nothing.

Small numbers: one kill of each. `./support bench faults --long` makes fifty.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.storage.database import Database
from cli.postgres import PrivatePostgres
from tests.support.breaking import BreakableDesk, breakable_desk
from tests.support.history.judge import Outcome, judge
from tests.support.history.load import Load, Pace
from tests.support.history.outcome import read_outcome, settled_outcome
from tests.support.history.records import Deed
from tests.support.running_desk import PROCESSES, RunningDesk
from tests.support.story import admin
from tests.support.waiting import wait_until

Killed = tuple[BreakableDesk, Load, Outcome]

PAST_EVERY_DEADLINE_SECONDS = 3 * 86_400.0
ALL_TIME = {"from": "2000-01-01T00:00:00Z", "to": "2999-01-01T00:00:00Z"}
COLUMNS = "ticket_id, author_kind, author_id, author_name, body, created_at, delivery"
COPY_MESSAGES = text(
    f"INSERT INTO messages ({COLUMNS}) SELECT {COLUMNS} FROM messages WHERE ticket_id = :id"
)
GENTLE = Pace().times(0.4)
"""Three test files share two processors; what the desk bears is measured in bench/."""

DESKS = {
    "postgresql with two replicas": (True, 2, [*PROCESSES, "broker", "postgres"]),
    "sqlite": (False, 1, [*PROCESSES, "broker"]),
}


@pytest.fixture(scope="module", params=DESKS)
def killed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Killed]:
    """A desk of which everything was killed once under load, at rest again; and what is left."""
    on_postgres, replicas, victims = DESKS[request.param]
    directory: Path = tmp_path_factory.mktemp("killed")
    postgres = PrivatePostgres(may_be_killed=True) if on_postgres else None
    with breakable_desk(directory, postgres=postgres, replicas=replicas) as breakable:
        load = Load(breakable.desk, breakable.agents, GENTLE)
        with load:
            for victim in victims:
                _wait_for_progress(load)
                breakable.break_and_mend(victim)
            _wait_for_progress(load)
        breakable.desk.wait_until_healthy()
        yield breakable, load, settled_outcome(breakable.desk, load.people.values())


def _wait_for_progress(load: Load) -> None:
    """Until tickets are opened, messages added and answers given anew."""
    before = {deed: len(load.history.acknowledged(deed)) for deed in Deed}
    for deed in (Deed.OPEN, Deed.WRITE, Deed.ANSWER):
        wait_until(
            lambda deed=deed: len(load.history.acknowledged(deed)) >= before[deed] + 5,
            60,
            lambda: f"the load stands still: {load.history.counted()}",
        )


def test_every_promise_is_kept(killed: Killed) -> None:
    _, load, outcome = killed

    faults = judge(load.history.records, outcome, repeats_allowed=1)

    assert faults == []
    refused = [told for told in load.history.counted() if " 4" in told]
    assert refused == []


def test_after_all_that_every_ticket_has_one_clock_with_one_verdict(killed: Killed) -> None:
    breakable, _, outcome = killed
    boss = admin(breakable.desk)
    tickets = outcome.tickets.values()
    in_time = sum(one["sla"]["first_response"]["state"] == "achieved" for one in tickets)
    assert in_time == sum(one["first_response_at"] is not None for one in tickets)
    late = len(outcome.tickets) - in_time

    breakable.desk.set_clock(PAST_EVERY_DEADLINE_SECONDS)

    def verdicts() -> tuple[int, int]:
        figures = boss.asks("GET", "/stats/", params=ALL_TIME).json()["sla"]
        return figures["met"], figures["breached"]

    wait_until(lambda: verdicts() == (in_time, late), 60, lambda: f"{verdicts()}")


def test_the_judge_sees_a_loss_and_a_duplicate_planted_in_the_database(killed: Killed) -> None:
    breakable, load, outcome = killed
    lost, doubled = sorted(outcome.tickets)[:2]

    database = _tickets_database(breakable.desk)
    with database.writing() as session:
        session.execute(text("DELETE FROM messages WHERE ticket_id = :id"), {"id": lost})
        session.execute(COPY_MESSAGES, {"id": doubled})
    database.close()

    faults = judge(load.history.records, read_outcome(breakable.desk), repeats_allowed=1)
    lost_marks = len(outcome.tickets[lost]["messages"])
    doubled_marks = len(outcome.tickets[doubled]["messages"])
    assert sum(fault.startswith("lost") for fault in faults) >= lost_marks
    assert sum(fault.startswith("doubled") for fault in faults) == doubled_marks


def _tickets_database(desk: RunningDesk) -> Database:
    in_files = f"sqlite:///{desk.directory / 'data' / 'tickets.sqlite3'}"
    return Database(desk.databases.get("tickets", in_files))
