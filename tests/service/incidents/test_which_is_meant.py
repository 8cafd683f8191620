"""Which incident words are about that name none."""

from collections.abc import Callable

import pytest

from contracts.errors import NoOpenIncident, SeveralOpenIncidents
from contracts.incidents import IncidentView
from contracts.vocabulary import IncidentImpact
from tests.support.incident_room import IncidentRoom, refusal_changes_nothing


@pytest.mark.parametrize("act", [IncidentRoom.updates, IncidentRoom.resolves])
def test_with_none_open_there_is_nothing_to_act_on(
    room: IncidentRoom, act: Callable[[IncidentRoom], IncidentView]
) -> None:
    refusal = refusal_changes_nothing(room, lambda: act(room))

    assert isinstance(refusal, NoOpenIncident)


@pytest.mark.parametrize(
    ("act", "moment"),
    [(IncidentRoom.updates, "updated_at"), (IncidentRoom.resolves, "resolved_at")],
)
def test_what_is_declared_later_is_not_what_earlier_words_mean(
    room: IncidentRoom, act: Callable[..., IncidentView], moment: str
) -> None:
    before = room.clock.now()
    room.time_passes(seconds=5)
    first = room.declares("Payments fail")
    between = room.clock.now()
    room.time_passes(seconds=5)
    second = room.declares("Video is dark", even_if_recent=True)

    refusal = refusal_changes_nothing(room, lambda: act(room, **{moment: before}))
    meant = act(room, **{moment: between})

    assert isinstance(refusal, NoOpenIncident)
    assert meant.id == first.id
    assert second.id in {one.id for one in room.status.incidents}


@pytest.mark.parametrize("act", [IncidentRoom.updates, IncidentRoom.resolves])
def test_with_several_open_one_has_to_be_named(
    room: IncidentRoom, act: Callable[..., IncidentView]
) -> None:
    first = room.declares("Payments fail")
    second = room.declares("Video is dark", even_if_recent=True, impact=IncidentImpact.MINOR)

    refusal = refusal_changes_nothing(room, lambda: act(room))
    act(room, incident_id=second.id)

    assert isinstance(refusal, SeveralOpenIncidents)
    assert refusal.details == {str(first.id): "Payments fail", str(second.id): "Video is dark"}
    assert room.status.incident == first
