"""What time alone decides: a warning, then a breach, each once, whoever looks and however often."""

import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from chassis.clock import SetClock
from chassis.storage.database import Database
from contracts.sla import SlaBreached, SlaBreachWithdrawn, SlaWarned
from contracts.tickets import AnswerDelivered, TicketOpened, TicketPrioritised
from contracts.vocabulary import CycleState, Priority
from services.sla.models import AnnouncementRow
from services.sla.service import DECIDED_AT_ONCE, Scanning
from tests.support.insisting import insist
from tests.support.sla_desk import SlaDesk, named
from tests.support.sla_story import answered, at, opened, prioritised

OPENED = opened("10:00")


@pytest.fixture
def replica(replicas_database: Database, clock: SetClock) -> SlaDesk:
    return SlaDesk(replicas_database, clock)


@pytest.fixture
def scanning(desk: SlaDesk) -> Scanning:
    scanning = Scanning()
    scanning.shared = SimpleNamespace(store=desk.store)
    scanning.promised = SimpleNamespace(editions=desk.service.editions)
    return scanning


def test_it_warns_at_80_percent_climbs_at_90_and_breaches_at_100_each_once(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    words = {}

    for moment in ("11:35", "11:36", "11:47", "11:48", "11:59", "12:00", "12:01", "25 12:00"):
        clock.instant = at(moment)
        desk.scans()
        words[moment] = desk.words()

    warned, climbed = ["SlaWarned"], ["SlaWarned", "SlaWarningClimbed"]
    assert words["11:35"] == []
    assert words["11:36"] == words["11:47"] == warned
    assert words["11:48"] == words["11:59"] == climbed
    assert words["12:00"] == words["12:01"] == words["25 12:00"] == [*climbed, "SlaBreached"]


def test_a_warning_and_a_breach_tell_the_deadline(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)

    for moment in ("11:36", "12:00"):
        clock.instant = at(moment)
        desk.scans()

    warning = next(event for event in desk.announced() if isinstance(event, SlaWarned))
    breach = next(event for event in desk.announced() if isinstance(event, SlaBreached))
    assert (warning.threshold, warning.due_at) == (0.8, at("12:00"))
    assert (breach.cause, breach.due_at, breach.ticket.id) == ("late", at("12:00"), 42)


def test_whoever_only_decides_leaves_what_a_newer_version_knows_of_the_ticket(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    with desk.store.writing() as session:
        kept = session.scalars(text("SELECT ticket FROM clocks")).one()
        known = json.loads(kept) if isinstance(kept, str) else kept
        newer = {"ticket": json.dumps(known | {"mood": "calm"})}
        session.execute(text("UPDATE clocks SET ticket = :ticket"), newer)

    clock.instant = at("11:36")
    desk.scans()

    assert desk.words() == ["SlaWarned"]
    with desk.store.reading() as session:
        assert "calm" in str(session.scalars(text("SELECT ticket FROM clocks")).one())


def test_a_clock_whose_next_look_was_lost_finds_it_at_the_next_fact(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    with desk.store.writing() as session:
        session.execute(text("UPDATE clocks SET next_at = NULL"))

    desk.hears(TicketOpened, OPENED)
    clock.instant = at("11:36")
    desk.scans()

    assert desk.words() == ["SlaWarned"]


def test_the_history_keeps_what_was_said_and_when(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:01")
    desk.scans()
    desk.hears(AnswerDelivered, answered(OPENED, "11:50"))

    with desk.store.reading() as session:
        rows = session.scalars(select(AnnouncementRow).order_by(AnnouncementRow.id)).all()
    assert [row.kind.removeprefix("sla.") for row in rows] == [
        "clock_moved.v1",
        "breached.v1",
        "breach_withdrawn.v1",
        "achieved.v1",
        "clock_moved.v1",
    ]
    assert [row.announced_at for row in rows] == [at("10:00"), *[at("12:01")] * 4]
    assert rows[1].fact["due_at"] == "2026-11-24T12:00:00.000Z"


def test_a_breach_is_withdrawn_by_an_answer_in_time_that_is_heard_of_late(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:01")
    desk.scans()

    desk.hears(AnswerDelivered, answered(OPENED, "12:00"))

    withdrawn = next(event for event in desk.announced() if isinstance(event, SlaBreachWithdrawn))
    assert withdrawn.achieved_at == at("12:00")
    assert desk.words() == ["SlaBreached", "SlaBreachWithdrawn", "SlaAchieved"]
    assert (desk.cycle().state, desk.cycle().breached_at) == (CycleState.ACHIEVED, None)


def test_a_late_answer_leaves_the_breach(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:05")

    desk.hears(AnswerDelivered, answered(OPENED, "12:02"))
    desk.scans()

    row = desk.cycle()
    assert desk.words() == ["SlaBreached"]
    assert row.state == CycleState.BREACHED
    assert (row.breached_at, row.achieved_at) == (at("12:00"), at("12:02"))


def test_a_breach_by_a_raised_priority_says_so(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("11:00")

    desk.hears(TicketPrioritised, prioritised(OPENED, "11:00", Priority.P0))

    assert desk.words() == ["SlaBreached"]
    assert desk.cycle().cause == "reprioritised"


def test_a_clock_that_lags_takes_nothing_back(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:00")
    desk.scans()

    clock.instant = at("11:59")
    desk.hears(TicketPrioritised, prioritised(OPENED, "11:59", Priority.P1))

    assert desk.cycle().state == CycleState.BREACHING
    assert desk.words() == ["SlaBreached"]


def test_replicas_share_the_scan(desk: SlaDesk, replica: SlaDesk, clock: SetClock) -> None:
    for ticket_id in range(1, 101):
        desk.hears(TicketOpened, named(OPENED, ticket_id))
    desks = [desk, replica] * 10

    for moment in ("11:36", "12:00"):
        clock.instant = at(moment)
        with ThreadPoolExecutor(2) as threads:
            decided = sum(threads.map(lambda one: insist(lambda: one.scans(limit=10)), desks))
        assert decided == 100

    assert all(desk.words(ticket_id) == ["SlaWarned", "SlaBreached"] for ticket_id in (1, 50, 100))
    assert len(desk.announced()) == 300


def test_a_thousand_due_at_once_are_all_decided_in_rounds_that_follow_each_other(
    desk: SlaDesk, scanning: Scanning, clock: SetClock
) -> None:
    for ticket_id in range(1, 1001):
        desk.hears(TicketOpened, named(OPENED, ticket_id))
    clock.instant = at("12:00")

    rounds = 0
    while scanning.run_once():
        rounds += 1

    assert rounds == 1000 / DECIDED_AT_ONCE
    assert sum(isinstance(event, SlaBreached) for event in desk.announced()) == 1000


def test_the_scan_rests_until_the_next_cycle_is_due_and_a_second_at_most(
    desk: SlaDesk, scanning: Scanning, clock: SetClock
) -> None:
    rests = []

    for moment in ("10:00:00", "11:35:00", "11:35:59.750000"):
        clock.instant = at(moment)
        desk.hears(TicketOpened, OPENED)
        assert not scanning.run_once()
        rests.append(scanning.interval)

    assert rests == [1.0, 1.0, 0.25]


def test_with_nothing_due_the_scan_reads_its_index_alone(desk: SlaDesk) -> None:
    looking = "SELECT next_at FROM clocks WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1"
    explaining = "EXPLAIN QUERY PLAN " if desk.store.database.is_sqlite else "EXPLAIN "

    with desk.store.reading() as session:
        if not desk.store.database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = str(session.execute(text(explaining + looking)).all())

    assert "ix_clocks_next_at" in plan
    assert "COVERING INDEX" in plan or "Index Only Scan" in plan
