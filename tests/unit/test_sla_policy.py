"""What a policy must promise to be accepted."""

import pytest

from contracts.vocabulary import Metric, Priority
from services.sla.domain import BadPolicy, Edition, Policy, Target, in_force, round_the_clock
from tests.support.sla_story import CALENDARS, FIRST_RESPONSE, POLICY, at


@pytest.mark.parametrize("minutes", [0, -15])
def test_a_target_without_time_is_refused(minutes: int) -> None:
    with pytest.raises(BadPolicy, match="at least 1"):
        Target(minutes, "24x7")


@pytest.mark.parametrize("share", [0, 1, 1.5, 80])
def test_a_warning_outside_the_working_time_is_refused(share: float) -> None:
    with pytest.raises(BadPolicy, match=r"such as 0\.8"):
        Target(15, "24x7", (share,))


def test_a_policy_that_forgets_a_priority_is_refused() -> None:
    with pytest.raises(BadPolicy, match="P1, P2, P3"):
        Policy(1, {Metric.FIRST_RESPONSE: {Priority.P0: Target(15, "24x7")}}, CALENDARS)


def test_a_policy_without_a_first_response_is_refused() -> None:
    with pytest.raises(BadPolicy, match="no first response target for P0"):
        Policy(1, {}, CALENDARS)


def test_a_metric_is_promised_for_all_priorities_or_for_none() -> None:
    half = {Priority.P0: Target(9, "24x7")}
    targets = {Metric.FIRST_RESPONSE: FIRST_RESPONSE, Metric.RESOLUTION: half}

    with pytest.raises(BadPolicy, match="no resolution target for P1, P2, P3"):
        Policy(1, targets, CALENDARS)


def test_a_calendar_nobody_has_drawn_up_is_named() -> None:
    with pytest.raises(BadPolicy, match="no calendar business"):
        Policy(1, POLICY.targets, {"24x7": round_the_clock()})


def test_a_duty_keeps_the_policy_that_was_in_force_when_it_began() -> None:
    later = Policy(2, POLICY.targets, CALENDARS)
    editions = [Edition(at("10:00"), POLICY), Edition(at("11:00"), later)]

    versions = [
        in_force(editions, at(clock)).policy.version for clock in ("09:00", "10:59", "11:00")
    ]
    assert versions == [1, 1, 2]
