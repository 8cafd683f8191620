"""Two replicas of each service under load: a rolling restart shows no client an error, and
`kill -9` of every process, the broker and PostgreSQL loses nothing and doubles nothing.

Small numbers: one kill of each. `./support bench faults --long` makes fifty, also on SQLite.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from chassis.storage.database import Database
from cli.postgres import PrivatePostgres
from tests.support.breaking import BreakableDesk, breakable_desk
from tests.support.history.judge import Outcome, answers_in_chats, judge
from tests.support.history.load import Load
from tests.support.history.outcome import read_outcome, settled_outcome
from tests.support.history.records import Deed, marks_in
from tests.support.history.timetable import Pace
from tests.support.measured import Tell
from tests.support.restarting import STOP_SECONDS, Restart, restart, told
from tests.support.running_desk import PROCESSES
from tests.support.story import admin
from tests.support.verdicts import assert_kept
from tests.support.waiting import wait_until

Killed = tuple[Load, Outcome]

PAST_EVERY_DEADLINE_SECONDS = 3 * 86_400.0
ALL_TIME = {"from": "2000-01-01T00:00:00Z", "to": "2999-01-01T00:00:00Z"}
PROGRESS = 3
"""Answers are given once in a second or two."""
COLUMNS = "ticket_id, author_kind, author_id, author_name, body, created_at, delivery"
COPY_MESSAGES = text(
    f"INSERT INTO messages ({COLUMNS}) SELECT {COLUMNS} FROM messages WHERE ticket_id = :id"
)
GENTLE = Pace().times(0.2)
"""Other tests run beside these; what the desk bears is measured in bench/."""
GENTLEST = Pace().times(0.1)
"""One of two serves alone while the other starts, for which it takes a processor."""


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableDesk]:
    """Two of each service."""
    directory = tmp_path_factory.mktemp("doubled")
    server = PrivatePostgres(may_be_killed=True)
    with breakable_desk(directory, postgres=server, replicas=2) as breakable:
        yield breakable


@pytest.fixture(scope="module")
def restarted(doubled: BreakableDesk) -> tuple[Load, list[Restart]]:
    """The load during a restart of everything, one by one."""
    desk = doubled.desk
    restarts = []
    with Load(desk, doubled.agents, GENTLEST, is_patient=False) as load:
        wait_until(lambda: len(load.history.records) > 50, 30, "load before the restarts")
        for name in desk.members:
            before = len(load.history.records)
            restarts.append(restart(desk, name))
            wait_until(lambda before=before: len(load.history.records) > before + 20, 30)
    return load, restarts


@pytest.fixture(scope="module")
def killed(doubled: BreakableDesk, restarted: tuple[Load, list[Restart]]) -> Killed:
    """The load while everything was killed once, and what is left at rest."""
    before, _ = restarted
    load = Load(doubled.desk, doubled.agents, GENTLE, history=before.history, people=before.people)
    with load:
        for victim in (*PROCESSES, "broker", "postgres"):
            _wait_for_progress(load)
            doubled.break_and_mend(victim)
        _wait_for_progress(load)
    doubled.desk.wait_until_healthy()
    return load, settled_outcome(doubled.desk, load)


def _wait_for_progress(load: Load) -> None:
    """Until tickets are opened, messages added and answers given anew."""
    before = {deed: len(load.history.acknowledged(deed)) for deed in Deed}
    for deed in (Deed.OPEN, Deed.WRITE, Deed.ANSWER):
        wait_until(
            lambda deed=deed: len(load.history.acknowledged(deed)) >= before[deed] + PROGRESS,
            60,
            lambda: f"the load stands still: {load.history.counted()}",
        )


def test_a_rolling_restart_of_everything_shows_no_client_an_error(
    doubled: BreakableDesk, restarted: tuple[Load, list[Restart]], record_property: Tell
) -> None:
    load, restarts = restarted
    outcome = settled_outcome(doubled.desk, load)  # the agents have then heard of every failure

    refused = [one for one in load.history.records if not one.is_granted]
    assert refused == [], "\n".join(told(one, restarts) for one in refused)
    slowest = max(one.took for one in restarts)
    record_property("slowest end", f"{slowest:.1f} s ({STOP_SECONDS:.0f})")
    assert slowest <= STOP_SECONDS, restarts
    assert_kept(load.history.records, outcome)


def test_every_promise_is_kept(killed: Killed) -> None:
    load, outcome = killed

    assert_kept(load.history.records, outcome, repeats_allowed=1)
    assert load.punctuality.failures == []
    assert answers_in_chats(load.history.records, outcome).delivered > 0


def test_after_all_that_every_ticket_has_one_clock_with_one_verdict(
    doubled: BreakableDesk, killed: Killed
) -> None:
    _, outcome = killed
    boss = admin(doubled.desk)
    tickets = outcome.tickets.values()
    in_time = sum(one["sla"]["first_response"]["state"] == "achieved" for one in tickets)
    late = len(tickets) - in_time
    assert in_time == sum(one["first_response_at"] is not None for one in tickets)

    doubled.desk.set_clock(PAST_EVERY_DEADLINE_SECONDS)

    def verdicts() -> tuple[int, int] | None:
        """None while sla does not tell them in time."""
        figures = boss.asks("GET", "/stats/", params=ALL_TIME).json()["sla"]
        return (figures["met"], figures["breached"]) if figures else None

    wait_until(lambda: verdicts() == (in_time, late), 60, lambda: f"{verdicts()}")


def test_the_judge_sees_a_loss_and_a_duplicate_planted_in_the_database(
    doubled: BreakableDesk, killed: Killed
) -> None:
    load, outcome = killed
    lost, twice = sorted(outcome.tickets)[:2]

    database = Database(doubled.desk.databases["tickets"])
    with database.writing() as session:
        session.execute(text("DELETE FROM messages WHERE ticket_id = :id"), {"id": lost})
        session.execute(COPY_MESSAGES, {"id": twice})
    database.close()

    after = read_outcome(doubled.desk, load.people.values())
    faults = judge(load.history.records, after, repeats_allowed=1)
    acknowledged = {one.mark for one in load.history.records if one.is_acknowledged}
    planted = _marks_in(outcome.tickets[lost]) & acknowledged
    assert planted
    assert _marks_of(faults, "lost") == planted
    assert _marks_of(faults, "doubled") == _marks_in(outcome.tickets[twice])


def _marks_in(ticket: dict[str, Any]) -> set[str]:
    return {mark for message in ticket["messages"] for mark in marks_in(message["body"])}


def _marks_of(faults: list[str], kind: str) -> set[str]:
    return {mark for fault in faults if fault.startswith(kind) for mark in marks_in(fault)}
