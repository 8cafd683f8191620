"""A desk that is backed up while people write and agents answer, and brought back: here, and
elsewhere."""

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from botapi.sights import ChatMessage
from cli.postgres import PrivatePostgres, find_server
from tests.support.botapi import TelegramPerson, running_telegram
from tests.support.history.load import Load
from tests.support.history.outcome import read_outcome
from tests.support.history.records import Deed, Record, marks_in
from tests.support.history.timetable import Pace
from tests.support.measured import Tell
from tests.support.postgres import passing_databases
from tests.support.running_desk import AGENT_ID, DATABASES, PROCESSES, RunningDesk
from tests.support.starting import ROOT
from tests.support.story import admin, app_user
from tests.support.verdicts import assert_kept
from tests.support.waiting import wait_until

PAST_EVERY_DEADLINE_SECONDS = 3 * 86_400.0
NEW_TICKET = re.compile(r"🆕 (?:Новый тикет\n#|P\d /view_)(\d+)")
ALWAYS = {"from": "2000-01-01T00:00:00Z", "to": "2999-01-01T00:00:00Z"}

PACE = Pace(opened=4, written=4, read=8, answered=1, from_telegram=0)
"""Other tests run beside. What a chat has got stays there, whatever is restored, so nobody writes
from Telegram."""


@dataclass
class Kept:
    """A backup, and what was certain before it began."""

    desk: RunningDesk
    agent: TelegramPerson
    backup: Path
    certain: list[Record]
    uncertain: list[Record]
    """What was asked for after it began: it is there, or it is not."""
    told: set[int]
    """The tickets of which the agent had been told."""
    held_up: str
    """For how long writers were, as the command says."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_amqp_url: Callable[[], str],
    postgres: PrivatePostgres,
) -> Iterator[Kept]:
    """Taken under load, which goes on after it; then the desk is killed."""
    is_sqlite = request.param == "sqlite"
    directory = tmp_path_factory.mktemp(f"kept-{request.param}")
    with running_telegram() as telegram, passing_databases(postgres) as new_postgres_url:
        databases = {} if is_sqlite else {name: new_postgres_url() for name in DATABASES}
        desk = RunningDesk(directory, new_amqp_url(), telegram, databases)
        try:
            desk.up()
            agent = telegram.person(AGENT_ID, "Мария")
            agent.receives(after=agent.says("/start"))
            yield _back_up_under_load(desk, agent, directory / "backup")
        finally:
            desk.down()


def _back_up_under_load(desk: RunningDesk, agent: TelegramPerson, backup: Path) -> Kept:
    load = Load(desk, [agent], PACE, is_patient=False)
    with load:
        wait_until(lambda: len(_told_for_certain(agent)) >= 5, 60, "tickets the agent knows of")
        wait_until(lambda: load.history.acknowledged(Deed.ANSWER), 60, "an answer")
        certain, told = list(load.history.records), _told_for_certain(agent)
        said = _run(desk, "backup", str(backup))
        seen = len(load.history.acknowledged(Deed.OPEN))
        wait_until(lambda: len(load.history.acknowledged(Deed.OPEN)) >= seen + 20, 60, "tickets")
    assert load.punctuality.failures == []
    assert [one for one in load.history.records if not one.is_granted] == []
    assert [name for name in PROCESSES if "database is locked" in desk.log(name)] == []
    desk.down()
    held_up = re.search(r"held up for (\d+ ms)", said)
    assert held_up, said
    later = load.history.records[len(certain) :]
    uncertain = [replace(one, status=None, answer=None) for one in later]
    return Kept(desk, agent, backup, certain, uncertain, told, held_up[1])


def _told_for_certain(agent: TelegramPerson) -> set[int]:
    """What the last message told, the bot may not have written down as told yet."""
    return set(_notices(agent.received()[:-1]))


def _notices(messages: list[ChatMessage]) -> list[int]:
    """The new tickets that they tell of, alone or as lines of a digest."""
    return [int(found) for seen in messages for found in NEW_TICKET.findall(seen.text)]


def _run(desk: RunningDesk, *arguments: str) -> str:
    """What a command says."""
    ran = subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env=desk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _start(desk: RunningDesk) -> None:
    for name in PROCESSES:
        desk.start(name)
    desk.wait_until_healthy()


@pytest.mark.parametrize("kept", ["postgresql"], indirect=True)
def test_a_restored_desk_has_all_that_was_acknowledged_and_tells_nothing_twice(
    kept: Kept, record_property: Tell
) -> None:
    record_property("writers held up on PostgreSQL", kept.held_up)
    _run(kept.desk, "restore", str(kept.backup), "--yes")
    _start(kept.desk)

    _assert_whole(kept, kept.desk)


@pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
def test_so_has_one_in_a_new_place(
    kept: Kept,
    tmp_path: Path,
    new_amqp_url: Callable[[], str],
    record_property: Tell,
) -> None:
    record_property("writers held up on SQLite", kept.held_up)
    kept.desk.down()
    desk = RunningDesk(tmp_path, new_amqp_url(), kept.desk.telegram, databases={})

    try:
        _run(desk, "restore", str(kept.backup))
        desk.run("chassis.declare", *DATABASES)
        _start(desk)

        _assert_whole(kept, desk)
    finally:
        desk.down()


def _assert_whole(kept: Kept, desk: RunningDesk) -> None:
    _wait_until_all_is_told(kept.agent, desk)
    outcome = read_outcome(desk)
    theirs = {mark for one in outcome.tickets.values() for mark in _opening_marks(one)}
    opened = {one.mark for one in kept.certain if one.deed == Deed.OPEN and one.is_acknowledged}
    assert opened
    assert opened <= theirs
    assert_kept([*kept.certain, *kept.uncertain], outcome)
    notices = Counter(_notices(kept.agent.received()))
    assert {notices[ticket_id] for ticket_id in kept.told} == {1}
    _assert_one_clock_each(desk)
    if desk.databases:
        _assert_indexes_are_sound(desk)
    else:
        _assert_files_are_sound(Path(desk.environment["SUPPORT_DATA_DIR"]))


def _opening_marks(ticket: dict[str, Any]) -> list[str]:
    return marks_in(ticket["description"])


def _wait_until_all_is_told(agent: TelegramPerson, desk: RunningDesk) -> None:
    """A chat is told in order, so with this ticket everything before it."""
    words = f"Уже после восстановления {uuid4().hex[:8]}"
    app_user(desk).opens_ticket(words)
    agent.receives(words, within=60)


def _assert_one_clock_each(desk: RunningDesk) -> None:
    boss = admin(desk)
    opened = boss.asks("GET", "/stats/").json()["opened"]

    desk.set_clock(PAST_EVERY_DEADLINE_SECONDS)

    def verdicts() -> int:
        told = boss.asks("GET", "/stats/", params=ALWAYS).json()["sla"]
        return told["met"] + told["breached"] if told else 0  # sla may still be silent

    wait_until(lambda: verdicts() >= opened, 60, lambda: f"{verdicts()} of {opened}")
    assert verdicts() == opened


def _assert_indexes_are_sound(desk: RunningDesk) -> None:
    """By PostgreSQL's own tool, which finds every row in every index."""
    server = find_server()
    assert server is not None
    for url in desk.databases.values():
        there = make_url(url)
        where = [f"--host={there.host}", f"--port={there.port}", f"--username={there.username}"]
        ran = subprocess.run(
            [
                str(server.resolve().with_name("pg_amcheck")),
                "--install-missing",
                "--heapallindexed",
                *where,
                str(there.database),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def _assert_files_are_sound(data_dir: Path) -> None:
    for name in DATABASES:
        with closing(sqlite3.connect(data_dir / f"{name}.sqlite3")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
