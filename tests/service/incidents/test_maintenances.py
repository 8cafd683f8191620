"""Planned work: announced, and then begun and ended by the clock."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.errors import Invalid, MaintenanceNotFound, MaintenanceOver
from contracts.incidents import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceChanged,
    MaintenanceEnded,
    MaintenanceStarted,
)
from contracts.vocabulary import ComponentStatus, MaintenanceStatus, OverallStatus
from tests.support.incident_room import IncidentRoom, refusal_changes_nothing
from tests.support.waiting import wait_until

OPERATIONAL, MAINTENANCE, DEGRADED, PARTIAL, OUTAGE = ComponentStatus


def status_of(room: IncidentRoom, component: str) -> ComponentStatus:
    return next(one.status for one in room.status.components if one.id == component)


def test_work_is_announced_begins_and_ends_on_time(room: IncidentRoom) -> None:
    version = room.status.version
    planned = room.plans("  A new gateway ", components=["payments", "payments"])

    assert (planned.title, planned.components) == ("A new gateway", ["payments"])
    assert planned.status == MaintenanceStatus.SCHEDULED
    assert room.status.maintenances == [planned]
    assert status_of(room, "payments") == OPERATIONAL

    room.time_passes(minutes=10)
    wait_until(lambda: status_of(room, "payments") == MAINTENANCE, 5, "it did not begin")
    assert room.status.status == OverallStatus.OPERATIONAL
    assert room.status.maintenances[0].status == MaintenanceStatus.IN_PROGRESS

    room.time_passes(minutes=60)
    wait_until(lambda: status_of(room, "payments") == OPERATIONAL, 5, "it did not end")
    assert room.status.maintenances == []
    done = room.status.past_maintenances[0]
    assert (done.id, done.status) == (planned.id, MaintenanceStatus.COMPLETED)
    assert done.updated_at >= planned.ends_at
    work = [one for one in room.status.stretches if one.from_at == planned.starts_at]
    assert [(one.status, one.until_at) for one in work] == [(MAINTENANCE, planned.ends_at)]
    told = [one for one in room.events_up_to(version + 3) if one.version > version]
    assert [type(one) for one in told] == [
        MaintenanceAnnounced,
        MaintenanceStarted,
        MaintenanceEnded,
    ]


def test_work_that_is_due_to_begin_and_end_is_told_in_turn(room: IncidentRoom) -> None:
    version = room.status.version
    room.plans(components=["video"])

    room.time_passes(hours=3)

    told = [one for one in room.events_up_to(version + 3) if one.version > version]
    assert [type(one) for one in told][1:] == [MaintenanceStarted, MaintenanceEnded]


def test_an_incident_is_worse_than_planned_work(room: IncidentRoom) -> None:
    room.plans(components=["video"], in_minutes=0)
    wait_until(lambda: status_of(room, "video") == MAINTENANCE, 5, "it did not begin")

    room.declares(components=["video"])
    assert status_of(room, "video") == OUTAGE

    room.resolves()
    assert status_of(room, "video") == MAINTENANCE


def test_what_it_concerns_can_be_told_later(room: IncidentRoom) -> None:
    planned = room.plans(components=["video"])
    version = room.status.version

    assert room.changes_work(planned.id, app=True, video=False).components == ["app"]
    room.changes_work(planned.id, app=True)

    assert room.status.version == version + 1
    assert isinstance(room.events_up_to(version + 1)[-1], MaintenanceChanged)


def test_it_can_be_called_off_before_and_ended_early(room: IncidentRoom) -> None:
    planned = room.plans(components=["video"])
    assert room.cancels_work(planned.id).status == MaintenanceStatus.CANCELLED
    assert room.status.maintenances == []
    assert planned.id not in [work.id for work in room.status.past_maintenances]
    running = room.plans(components=["video"], in_minutes=0)
    wait_until(lambda: status_of(room, "video") == MAINTENANCE, 5, "it did not begin")
    room.time_passes(minutes=5)
    version = room.status.version

    room.cancels_work(running.id)

    assert status_of(room, "video") == OPERATIONAL
    assert isinstance(room.events_up_to(version + 1)[-1], MaintenanceCancelled)
    (work,) = [one for one in room.status.stretches if one.from_at == running.starts_at]
    assert work.until_at is not None
    assert work.until_at < running.ends_at
    for attempt in (room.cancels_work, room.changes_work):
        refusal = refusal_changes_nothing(room, lambda: attempt(running.id))  # noqa: B023
        assert isinstance(refusal, MaintenanceOver)


@pytest.mark.parametrize(
    ("wishes", "details"),
    [
        ({"title": " "}, {"title": "empty"}),
        ({"components": ["teapot"]}, {"components": "unknown"}),
        ({"in_minutes": -2}, {"starts_at": "past"}),
        ({"in_minutes": 60 * 24 * 367}, {"starts_at": "too_far"}),
        ({"minutes": 0}, {"ends_at": "not_after_start"}),
        ({"minutes": 60 * 24 * 7 + 1}, {"ends_at": "too_long"}),
    ],
)
def test_work_that_makes_no_sense_is_refused(
    room: IncidentRoom, wishes: dict[str, Any], details: dict[str, str]
) -> None:
    refusal = refusal_changes_nothing(room, lambda: room.plans(**wishes))

    assert isinstance(refusal, Invalid)
    assert refusal.details == details


def test_what_was_never_planned_cannot_be_changed(room: IncidentRoom) -> None:
    for unknown in (0, -1, 999_999_999, 2**63):
        for attempt in (room.cancels_work, room.changes_work):
            refusal = refusal_changes_nothing(room, lambda: attempt(unknown))  # noqa: B023
            assert isinstance(refusal, MaintenanceNotFound)


def test_a_repeated_announcement_announces_once(room: IncidentRoom) -> None:
    starts_at = room.clock.now() + timedelta(minutes=5)
    first, again = (
        room.plans(command_id=f"once-{starts_at}", starts_at=starts_at) for _ in range(2)
    )

    assert first == again
    assert room.status.maintenances == [first]
