"""What a policy must promise to be accepted."""

import pytest

from contracts.vocabulary import Priority
from services.sla.domain import (
    BadPolicy,
    Policy,
    Target,
)
from tests.support.sla_story import (
    POLICY,
)


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
        Policy(1, {Priority.P0: Target(15, "24x7")})


def test_a_policy_names_the_calendars_nobody_has_drawn_up() -> None:
    assert POLICY.calendars_missing({"24x7": None}) == ["business"]
