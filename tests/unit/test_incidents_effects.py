"""How incidents hit components, and what that makes of all of them together."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Invalid
from contracts.incidents import Stretch
from contracts.vocabulary import ComponentStatus, IncidentImpact
from services.incidents.domain.effects import (
    BADNESS,
    assessed,
    component_views,
    effects_of,
    worst_of,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINOR, MAJOR, CRITICAL = IncidentImpact
OPERATIONAL, MAINTENANCE, DEGRADED, PARTIAL, OUTAGE = ComponentStatus
NAMES = {"app": "App", "payments": "Payments", "video": "Video"}


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def stretch(
    status: ComponentStatus, start: int, end: int | None = None, component: str = "video"
) -> Stretch:
    until = None if end is None else minute(end)
    return Stretch(component=component, status=status, from_at=minute(start), until_at=until)


@pytest.mark.parametrize(
    ("impact", "status"), [(MINOR, DEGRADED), (MAJOR, PARTIAL), (CRITICAL, OUTAGE)]
)
def test_a_component_is_as_badly_off_as_the_incidents_impact(
    impact: IncidentImpact, status: ComponentStatus
) -> None:
    assert effects_of(impact, ["video", "app", "video"], NAMES) == {"video": status, "app": status}


def test_a_component_the_product_does_not_have_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        effects_of(CRITICAL, ["app", "teapot"], NAMES)

    assert refusal.value.details == {"components": "unknown"}


def assess(
    effects: dict[str, ComponentStatus],
    new_impact: IncidentImpact = CRITICAL,
    **wished: ComponentStatus,
) -> dict[str, ComponentStatus]:
    return assessed(effects, impact=CRITICAL, new_impact=new_impact, wished=wished, known=NAMES)


def test_what_is_wished_for_a_component_is_what_it_gets() -> None:
    assert assess({"app": OUTAGE}, video=PARTIAL) == {"app": OUTAGE, "video": PARTIAL}
    assert assess({"app": OUTAGE, "video": OUTAGE}, app=OPERATIONAL) == {"video": OUTAGE}
    assert assess({}, app=OPERATIONAL) == {}


def test_components_go_with_a_new_impact_unless_they_were_judged_by_themselves() -> None:
    effects = {"app": OUTAGE, "video": DEGRADED, "payments": OUTAGE}

    after = assess(effects, MAJOR, payments=OUTAGE)

    assert after == {"app": PARTIAL, "video": DEGRADED, "payments": OUTAGE}


@pytest.mark.parametrize(
    ("wished", "details"),
    [({"teapot": OUTAGE}, "unknown"), ({"app": MAINTENANCE}, "under_maintenance")],
)
def test_an_assessment_that_makes_no_sense_is_refused(
    wished: dict[str, ComponentStatus], details: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        assess({}, **wished)

    assert refusal.value.details == {"components": details}


def test_where_several_incidents_hit_the_worst_counts_and_nothing_overlaps() -> None:
    told = [
        stretch(DEGRADED, 0, 60),
        stretch(OUTAGE, 10, 20),
        stretch(PARTIAL, 15, 30),
        stretch(DEGRADED, 60, 70),
        stretch(OUTAGE, 100),
    ]

    assert worst_of(told) == [
        stretch(DEGRADED, 0, 10),
        stretch(OUTAGE, 10, 20),
        stretch(PARTIAL, 20, 30),
        stretch(DEGRADED, 30, 70),
        stretch(OUTAGE, 100),
    ]


def test_components_have_stories_of_their_own_and_what_lasts_no_time_is_left_out() -> None:
    told = [stretch(OUTAGE, 5, 9), stretch(PARTIAL, 0, component="app"), stretch(OUTAGE, 3, 3)]

    assert worst_of(told) == [stretch(PARTIAL, 0, component="app"), stretch(OUTAGE, 5, 9)]


stretches = st.builds(
    lambda status, start, lasts: stretch(status, start, None if lasts is None else start + lasts),
    st.sampled_from(BADNESS[1:]),
    st.integers(0, 30),
    st.none() | st.integers(0, 30),
)


@given(st.lists(stretches, max_size=8))
def test_at_every_minute_the_story_tells_the_worst_of_what_holds(told: list[Stretch]) -> None:
    def worst(among: list[Stretch], at: datetime) -> ComponentStatus:
        holding = [
            one.status
            for one in among
            if one.from_at <= at and (one.until_at is None or at < one.until_at)
        ]
        return max(holding, key=BADNESS.index, default=OPERATIONAL)

    story = worst_of(told)

    for number in range(62):
        assert worst(story, minute(number)) == worst(told, minute(number))
    for one, after in pairwise(story):
        assert one.until_at is not None
        assert one.from_at < one.until_at <= after.from_at
        assert one.until_at < after.from_at or one.status != after.status


def test_a_component_is_as_its_story_ends_and_the_product_names_which_are_shown() -> None:
    story = [
        stretch(OUTAGE, 0, 5, "app"),
        stretch(OUTAGE, 0, component="fax"),
        stretch(PARTIAL, 7),
    ]

    shown = [(view.name, view.status, view.since) for view in component_views(story, NAMES)]

    assert shown == [
        ("App", OPERATIONAL, minute(5)),
        ("Payments", OPERATIONAL, None),
        ("Video", PARTIAL, minute(7)),
    ]
