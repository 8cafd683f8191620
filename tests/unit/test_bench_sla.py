"""The benchmark of the clocks: its tickets strike when they should, and it sees what is wrong."""

from collections import Counter
from datetime import timedelta

import pytest
from click.testing import CliRunner

from bench.sla.outbox import faults_of
from bench.sla.tickets import REST, Tickets, Word, words_until
from cli.bench import bench
from contracts.sla import SlaBreached, SlaWarned
from tests.support.sla_story import EDITIONS, at

NOW = at("10:00")
LATE = Word(1, "first_response", 1, SlaBreached.type, None)
WARNED = Word(2, "first_response", 1, SlaWarned.type, 0.8)


def test_a_resting_clock_runs_and_needs_no_look_for_an_hour() -> None:
    tickets = Tickets(EDITIONS, NOW)

    clocks = [tickets.resting()[0] for _ in range(200)]

    assert all(clock.next_at and clock.next_at > NOW + REST for clock in clocks)
    assert len({clock.ticket_id for clock in clocks}) == 200
    assert words_until(NOW + REST, clocks, EDITIONS) == {}


def test_the_same_seed_makes_the_same_tickets() -> None:
    one, other = Tickets(EDITIONS, NOW), Tickets(EDITIONS, NOW)

    assert [one.resting() for _ in range(20)] == [other.resting() for _ in range(20)]


def test_a_ticket_is_found_late_or_warned_of_at_the_moment_that_was_asked_for() -> None:
    tickets, moment = Tickets(EDITIONS, NOW), NOW + timedelta(seconds=30)

    kept = [tickets.breaching(moment, NOW), tickets.warning(moment, NOW)]

    assert words_until(moment, [clock for clock, _ in kept], EDITIONS) == {
        LATE: moment,
        WARNED: moment,
    }


def test_what_is_said_once_each_has_no_fault() -> None:
    assert faults_of([LATE, WARNED], Counter([LATE, WARNED])) == []


def test_what_is_missing_doubled_or_not_to_be_said_is_told() -> None:
    found = Counter([WARNED, WARNED, LATE._replace(ticket_id=9)])

    assert faults_of([LATE, WARNED], found) == [
        "missing: sla.breached.v1 of ticket 1, first_response 1",
        "said 2 times: sla.warned.v1 at 0.8 of ticket 2, first_response 1",
        "not to be said: sla.breached.v1 of ticket 9, first_response 1",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "speed"], "No measurement is named speed: choose from deadline, scan, burst"),
        (["--database", "mysql"], "'mysql' is not one of 'sqlite', 'postgresql'"),
        (["--cycles", "0"], "0 is not in the range x>=1"),
        (["--seconds", "0"], "0.0 is not in the range x>0"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_measured(
    arguments: list[str], words: str
) -> None:
    ran = CliRunner().invoke(bench, ["sla", *arguments])

    assert ran.exit_code == 2
    assert words in ran.output
    assert "p50" not in ran.output
