"""An incident's way from investigating to resolved, and which one is meant on it."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import (
    IncidentAlreadyResolved,
    IncidentNotAhead,
    IncidentStatusHolds,
    IncidentStatusPassed,
    IncidentStillOpen,
    Invalid,
    NoOpenIncident,
    SeveralOpenIncidents,
)
from contracts.vocabulary import IncidentStatus
from services.incidents.domain.choice import the_only_open
from services.incidents.domain.progress import (
    after_reopening,
    after_resolving,
    after_update,
    clean_display_at,
    refuse_open,
    refuse_status_of_before,
    status_at,
)

INVESTIGATING, IDENTIFIED = IncidentStatus.INVESTIGATING, IncidentStatus.IDENTIFIED
MONITORING, RESOLVED = IncidentStatus.MONITORING, IncidentStatus.RESOLVED
OPEN = (INVESTIGATING, IDENTIFIED, MONITORING)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", OPEN)
def test_an_update_without_a_status_keeps_it(status: IncidentStatus) -> None:
    assert after_update(status, None) == status


@pytest.mark.parametrize(
    ("status", "wished"),
    [
        (INVESTIGATING, IDENTIFIED),
        (INVESTIGATING, MONITORING),
        (IDENTIFIED, MONITORING),
    ],
)
def test_an_update_moves_on_and_may_leave_steps_out(
    status: IncidentStatus, wished: IncidentStatus
) -> None:
    assert after_update(status, wished) == wished


@pytest.mark.parametrize(
    ("status", "wished"),
    [(IDENTIFIED, INVESTIGATING), (MONITORING, INVESTIGATING), (MONITORING, IDENTIFIED)],
)
def test_no_update_goes_back(status: IncidentStatus, wished: IncidentStatus) -> None:
    with pytest.raises(IncidentStatusPassed) as refusal:
        after_update(status, wished)

    assert refusal.value.details == {"status": status}


@pytest.mark.parametrize("status", OPEN)
def test_the_status_that_holds_is_no_news(status: IncidentStatus) -> None:
    with pytest.raises(IncidentStatusHolds) as refusal:
        after_update(status, status)

    assert refusal.value.details == {"status": status}


@pytest.mark.parametrize("status", OPEN)
def test_an_update_does_not_resolve_but_resolving_does(status: IncidentStatus) -> None:
    with pytest.raises(Invalid):
        after_update(status, RESOLVED)

    assert after_resolving(status) == RESOLVED


@pytest.mark.parametrize("wished", [None, *IncidentStatus])
def test_what_is_resolved_is_over(wished: IncidentStatus | None) -> None:
    with pytest.raises(IncidentAlreadyResolved):
        after_update(RESOLVED, wished)
    with pytest.raises(IncidentAlreadyResolved):
        after_resolving(RESOLVED)


@pytest.mark.parametrize("status", [IDENTIFIED, MONITORING, RESOLVED])
def test_reopening_is_the_way_back(status: IncidentStatus) -> None:
    assert after_reopening(status) == INVESTIGATING


def test_what_is_at_its_begin_cannot_go_back() -> None:
    with pytest.raises(IncidentNotAhead):
        after_reopening(INVESTIGATING)


@pytest.mark.parametrize("status", OPEN)
def test_a_post_mortem_waits_for_the_end(status: IncidentStatus) -> None:
    with pytest.raises(IncidentStillOpen):
        refuse_open(status)

    refuse_open(RESOLVED)


def test_an_author_may_say_that_it_was_so_earlier_within_the_incident() -> None:
    for minutes in (0, 5, 10):
        at = NOON + timedelta(minutes=minutes)
        assert clean_display_at(at, NOON, NOON + timedelta(minutes=10)) == at
    assert clean_display_at(None, NOON, NOON) is None


def test_the_minute_of_the_start_is_the_start() -> None:
    started, written = NOON + timedelta(seconds=55), NOON + timedelta(minutes=10)

    assert clean_display_at(NOON, started, written) == started
    for seconds in (-60, 54):
        with pytest.raises(Invalid):
            clean_display_at(NOON + timedelta(seconds=seconds), started, written)


def test_what_is_told_of_an_earlier_moment_tells_how_it_stood_then() -> None:
    minute = timedelta(minutes=1)
    told = [
        (NOON, INVESTIGATING),
        (NOON + 3 * minute, MONITORING),
        (NOON + 5 * minute, RESOLVED),
        (NOON + 9 * minute, INVESTIGATING),
        (NOON + minute, INVESTIGATING),
    ]

    stood = [status_at(told, NOON + minutes * minute) for minutes in (0, 1, 2, 3, 4, 5, 8, 9, 10)]

    assert stood == [
        *[INVESTIGATING] * 3,
        *[MONITORING] * 2,
        *[RESOLVED] * 2,
        *[INVESTIGATING] * 2,
    ]


def test_of_one_moment_what_was_written_last_holds() -> None:
    assert status_at([(NOON, INVESTIGATING), (NOON, IDENTIFIED)], NOON) == IDENTIFIED


def test_what_is_told_of_an_earlier_moment_moves_nothing() -> None:
    with pytest.raises(Invalid) as refusal:
        refuse_status_of_before(MONITORING, NOON)

    assert refusal.value.details == {"status": "of_before"}
    refuse_status_of_before(None, NOON)
    refuse_status_of_before(MONITORING, None)


@pytest.mark.parametrize(("minutes", "which"), [(-1, "before_start"), (11, "ahead")])
def test_no_update_is_of_before_the_start_or_of_the_future(minutes: int, which: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_display_at(NOON + timedelta(minutes=minutes), NOON, NOON + timedelta(minutes=10))

    assert refusal.value.details == {"display_at": which}


def test_the_only_open_incident_is_meant() -> None:
    assert the_only_open({7: "Payments fail"}) == 7


def test_with_none_open_none_is_meant() -> None:
    with pytest.raises(NoOpenIncident):
        the_only_open({})


def test_with_several_open_the_refusal_offers_the_choice() -> None:
    with pytest.raises(SeveralOpenIncidents) as refusal:
        the_only_open({7: "Payments fail", 9: "Video is dark"})

    assert refusal.value.details == {"7": "Payments fail", "9": "Video is dark"}
