"""Years whose holidays nobody has imported are found before they begin."""

import pytest

from chassis.clock import SetClock
from contracts.sla import PlanRecount
from tests.support.holiday_desks import Starts, follows
from tests.support.sla_story import at


def test_a_plan_names_the_countries_for_which_nothing_is_imported(starts: Starts) -> None:
    desk, bavarian = starts(), starts({"country": "DE-BY"})

    before = desk.service.plan_recount(PlanRecount())
    desk.imports()
    after = follows(desk).service.plan_recount(PlanRecount())
    planned = desk.service.plan_recount(PlanRecount(desk=bavarian.file))

    assert before.without_holidays == ["RU"]
    assert after.without_holidays == []
    assert planned.without_holidays == ["DE-BY"]


@pytest.mark.parametrize(
    ("now", "imported", "lacking"),
    [
        ("01 23:59", (2026, 2026), []),
        ("02 00:00", (2026, 2026), [2027]),
        ("02 00:00", (2026, 2027), []),
        ("02 00:00", (2027, 2027), [2026]),
        ("02 00:00", (2024, 2025), [2026, 2027]),
        ("02 00:00", None, [2026, 2027]),
    ],
)
def test_years_that_begin_within_sixty_days_are_found_lacking(
    starts: Starts,
    clock: SetClock,
    *,
    now: str,
    imported: tuple[int, int] | None,
    lacking: list[int],
) -> None:
    desk = starts()
    if imported:
        desk.imports("RU", *imported)
    clock.instant = at(now)

    found = follows(desk).service.find_lacking_holidays().countries

    assert [one.years for one in found] == ([lacking] if lacking else [])
    assert [one.is_any_imported for one in found] == ([imported is not None] if lacking else [])
