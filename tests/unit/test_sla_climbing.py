"""A warning that leads to nothing climbs, each step after half of the working time then left."""

from dataclasses import replace

import pytest

from contracts.tickets import AgentView
from contracts.vocabulary import Escalation, Priority
from services.sla.domain import Climbed
from tests.support.sla_story import Clock, Snapshot, answered, let_go, opened, prioritised, taken

ANNA = AgentView(id="tg:7", name="Anna", telegram_id=7)
BORIS = AgentView(id="tg:8", name="Boris", telegram_id=8)
AGENTS, LEAD = Escalation
OPENED = opened("10:00")
"""P1: warned of at 11:36, due at noon."""
OF_ANNA = taken(OPENED, "10:05", ANNA)


def climbed(clock: Clock) -> list[Escalation]:
    return [said.level for said in clock.announced if isinstance(said, Climbed)]


def clock_of(*story: Snapshot) -> Clock:
    clock = Clock()
    for ticket in story:
        clock.hears(ticket)
    return clock


def steps(clock: Clock) -> list[tuple[str, list[Escalation]]]:
    """What each minute from the warning to the deadline brought."""
    found = []
    for minute in range(36, 61):
        before, moment = len(climbed(clock)), f"11:{minute:02}" if minute < 60 else "12:00"
        clock.ticks(moment)
        if new := climbed(clock)[before:]:
            found.append((moment, new))
    return found


def test_from_the_assignee_to_all_agents_to_their_lead() -> None:
    clock = clock_of(OPENED, OF_ANNA)

    assert steps(clock) == [("11:48", [AGENTS]), ("11:54", [LEAD])]
    assert clock.words == ["Warned", "Climbed", "Climbed", "Breached"]


def test_a_warning_that_all_agents_had_goes_to_their_lead_at_once() -> None:
    assert steps(clock_of(OPENED)) == [("11:48", [LEAD])]


def test_taking_the_ticket_acknowledges_the_warning_and_puts_the_next_step_off() -> None:
    clock = clock_of(OPENED, OF_ANNA)
    clock.ticks("11:36")

    clock.hears(taken(OF_ANNA, "11:40", ANNA))

    assert steps(clock) == [("11:50", [AGENTS]), ("11:55", [LEAD])]


def test_an_acknowledgement_between_the_steps_puts_off_the_second() -> None:
    clock = clock_of(OPENED, OF_ANNA)
    clock.ticks("11:48")

    clock.hears(taken(OF_ANNA, "11:50", BORIS))
    clock.ticks("11:54")

    assert climbed(clock) == [AGENTS]
    clock.ticks("11:55")
    assert climbed(clock) == [AGENTS, LEAD]


def test_an_acknowledgement_heard_after_the_step_takes_nothing_back() -> None:
    clock = clock_of(OPENED, OF_ANNA)
    clock.ticks("11:48")

    clock.hears(taken(OF_ANNA, "11:40", ANNA), "11:49")
    clock.ticks("11:51")

    assert climbed(clock) == [AGENTS]


def test_an_answer_ends_it() -> None:
    clock = clock_of(OPENED, OF_ANNA)
    clock.ticks("11:36")

    clock.hears(answered(OF_ANNA, "11:40"))
    clock.ticks("11:55")

    assert climbed(clock) == []


def test_after_a_long_silence_of_the_scan_only_the_highest_step_is_told() -> None:
    clock = clock_of(OPENED, OF_ANNA)

    clock.ticks("11:58")

    assert (clock.words, climbed(clock)) == (["Warned", "Climbed"], [LEAD])


def test_a_deadline_that_is_missed_climbs_no_more() -> None:
    clock = clock_of(OPENED, OF_ANNA)

    clock.ticks("12:00")

    assert clock.words == ["Breached"]


def test_a_raised_priority_starts_the_climb_at_the_change() -> None:
    """Raised to P1 at 11:50: warned at once, ten minutes are left."""
    clock = clock_of(replace(OF_ANNA, priority=Priority.P3))

    clock.hears(prioritised(OF_ANNA, "11:50", Priority.P1))

    assert steps(clock) == [("11:55", [AGENTS]), ("11:58", [LEAD])]


def test_each_level_is_told_once_even_when_the_deadline_moves() -> None:
    clock = clock_of(OPENED, OF_ANNA)
    clock.ticks("11:54")
    lowered = prioritised(OF_ANNA, "11:55", Priority.P3)

    clock.hears(lowered)
    clock.ticks("25 09:59")

    assert climbed(clock) == [LEAD]


@pytest.mark.parametrize(("moment", "level"), [("15:12", AGENTS), ("15:36", LEAD)])
def test_only_working_time_counts(moment: str, level: Escalation) -> None:
    """P2 since 16:00 of yesterday: warned of at 14:24, due at 16:00."""
    clock = clock_of(taken(opened("23 16:00", Priority.P2), "23 17:00", ANNA))

    clock.ticks(moment)

    assert climbed(clock) == [level]


def test_a_ticket_that_was_let_go_of_is_nobodys() -> None:
    clock = clock_of(OPENED, OF_ANNA, let_go(OF_ANNA, "10:20"))

    assert steps(clock) == [("11:48", [LEAD])]
    assert clock.now.agent is None


def test_to_let_go_of_a_ticket_acknowledges_nothing_and_to_hand_it_over_does() -> None:
    clock = clock_of(OPENED, OF_ANNA)
    clock.ticks("11:36")

    left = let_go(OF_ANNA, "11:40")
    clock.hears(left)
    assert steps(clock)[0] == ("11:48", [AGENTS])

    clock = clock_of(OPENED, OF_ANNA)
    clock.ticks("11:36")
    clock.hears(taken(OF_ANNA, "11:40", BORIS))
    assert steps(clock)[0] == ("11:50", [AGENTS])
