"""An agent says which incident a ticket is about."""

from itertools import count
from typing import Any

import pytest

from contracts.errors import (
    IdempotencyKeyReused,
    IncidentAlreadyResolved,
    IncidentNotFound,
    NoOpenIncident,
    SeveralOpenIncidents,
    TicketNotFound,
)
from contracts.tickets import LARGEST_ID
from tests.support.incident_room import AGENT, IncidentRoom, refusal_changes_nothing

_tickets = count(1)


@pytest.fixture
def ticket_id() -> int:
    """A ticket that nobody has linked."""
    return next(_tickets)


def facts(room: IncidentRoom, ticket_id: int) -> list[Any]:
    return [(one.version, one.incident.id, one.agent_id) for one in room.links_of(ticket_id)]


def test_a_link_is_published_and_leaves_the_public_status_alone(
    room: IncidentRoom, ticket_id: int
) -> None:
    incident = room.declares("Payments fail")
    before = room.status

    linked = room.links(ticket_id, incident.id).result

    assert linked == incident
    assert room.status == before
    assert [event.incident for event in room.links_of(ticket_id)] == [incident]
    assert facts(room, ticket_id) == [(1, incident.id, AGENT)]


def test_without_an_id_the_only_open_incident_is_meant(room: IncidentRoom, ticket_id: int) -> None:
    incident = room.declares()

    assert room.links(ticket_id).result.id == incident.id


def test_to_link_again_is_no_news(room: IncidentRoom, ticket_id: int) -> None:
    incident = room.declares()

    for _ in range(2):
        assert room.links(ticket_id, incident.id).result == incident

    assert facts(room, ticket_id) == [(1, incident.id, AGENT)]


def test_a_link_to_another_incident_moves_it(room: IncidentRoom, ticket_id: int) -> None:
    first, second = room.declares("One"), room.declares("Two", even_if_recent=True)

    room.links(ticket_id, first.id)
    room.links(ticket_id, second.id, agent_id="tg:7002")
    room.links(ticket_id, first.id)

    assert facts(room, ticket_id) == [
        (1, first.id, AGENT),
        (2, second.id, "tg:7002"),
        (3, first.id, AGENT),
    ]


def test_a_repeated_command_links_once(room: IncidentRoom, ticket_id: int) -> None:
    incident, command_id = room.declares(), f"link-{ticket_id}-{room.status.version}"

    first = room.links(ticket_id, command_id=command_id)
    room.resolves(incident_id=incident.id)
    again = room.links(ticket_id, command_id=command_id)

    assert (first.replayed, again.replayed) == (False, True)
    assert again.result == first.result
    with pytest.raises(IdempotencyKeyReused):
        room.links(ticket_id + 1_000, command_id=command_id)
    assert facts(room, ticket_id) == [(1, incident.id, AGENT)]


def test_of_several_open_incidents_one_is_to_be_named(room: IncidentRoom, ticket_id: int) -> None:
    first, second = room.declares("One"), room.declares("Two", even_if_recent=True)

    refused = refusal_changes_nothing(room, lambda: room.links(ticket_id))

    assert isinstance(refused, SeveralOpenIncidents)
    assert refused.details == {str(first.id): "One", str(second.id): "Two"}
    assert facts(room, ticket_id) == []


def test_when_none_is_open_nothing_is_linked(room: IncidentRoom, ticket_id: int) -> None:
    refused = refusal_changes_nothing(room, lambda: room.links(ticket_id))

    assert isinstance(refused, NoOpenIncident)
    assert facts(room, ticket_id) == []


@pytest.mark.parametrize("incident_id", [0, -1, LARGEST_ID, LARGEST_ID + 1])
def test_an_unknown_incident_is_refused(
    room: IncidentRoom, ticket_id: int, incident_id: int
) -> None:
    refused = refusal_changes_nothing(room, lambda: room.links(ticket_id, incident_id))

    assert isinstance(refused, IncidentNotFound)
    assert facts(room, ticket_id) == []


def test_an_incident_that_has_ended_or_was_withdrawn_is_refused(
    room: IncidentRoom, ticket_id: int
) -> None:
    ended, withdrawn = room.declares("One"), room.declares("Two", even_if_recent=True)
    room.resolves(incident_id=ended.id)
    room.withdraws(withdrawn.id)

    resolved = refusal_changes_nothing(room, lambda: room.links(ticket_id, ended.id))
    unknown = refusal_changes_nothing(room, lambda: room.links(ticket_id, withdrawn.id))

    assert isinstance(resolved, IncidentAlreadyResolved)
    assert isinstance(unknown, IncidentNotFound)
    assert facts(room, ticket_id) == []


@pytest.mark.parametrize("impossible", [0, -1, LARGEST_ID + 1])
def test_a_number_that_no_ticket_can_have_is_refused(room: IncidentRoom, impossible: int) -> None:
    room.declares()

    refused = refusal_changes_nothing(room, lambda: room.links(impossible))

    assert isinstance(refused, TicketNotFound)
    assert refused.details == {"ticket_id": str(impossible)}
