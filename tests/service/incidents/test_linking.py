"""An agent says which incident a ticket is about."""

from itertools import count
from typing import Any

import pytest

from chassis.storage.database import Database
from contracts.errors import (
    IdempotencyKeyReused,
    IncidentAlreadyResolved,
    IncidentNotFound,
    NoOpenIncident,
    SeveralOpenIncidents,
    TicketClosed,
    TicketNotFound,
    WithdrawnIncident,
)
from contracts.incidents import ClosedTicket, StatusView
from contracts.tickets import LARGEST_ID
from contracts.vocabulary import Category, IncidentAction
from tests.support.crowd import Crowd
from tests.support.incident_room import AGENT, IncidentRoom, refusal_changes_nothing

_tickets = count(1)


@pytest.fixture
def ticket_id() -> int:
    """A ticket that nobody has linked."""
    return next(_tickets)


def public(status: StatusView) -> Any:
    """All but how many are affected, which is for agents."""
    return status.model_dump(
        exclude={"incident": {"affected"}, "incidents": {"__all__": {"affected"}}}
    )


def facts(room: IncidentRoom, ticket_id: int) -> list[Any]:
    return [(one.version, one.incident.id, one.agent_id) for one in room.links_of(ticket_id)]


def test_a_link_is_published_and_leaves_the_public_status_alone(
    room: IncidentRoom, ticket_id: int
) -> None:
    incident = room.declares("Payments fail")
    before = room.status

    linked = room.links(ticket_id, incident.id).result

    assert linked == incident.model_copy(update={"affected": 1})
    assert public(room.status) == public(before)
    assert [event.incident for event in room.links_of(ticket_id)] == [linked]
    assert facts(room, ticket_id) == [(1, incident.id, AGENT)]


def test_without_an_id_the_only_open_incident_is_meant(room: IncidentRoom, ticket_id: int) -> None:
    incident = room.declares()

    assert room.links(ticket_id).result.id == incident.id


def test_to_link_again_is_no_news(room: IncidentRoom, ticket_id: int) -> None:
    incident = room.declares()

    for _ in range(2):
        assert room.links(ticket_id, incident.id).result.affected == 1

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
    gone = refusal_changes_nothing(room, lambda: room.links(ticket_id, withdrawn.id))

    assert isinstance(resolved, IncidentAlreadyResolved)
    assert isinstance(gone, WithdrawnIncident)
    assert facts(room, ticket_id) == []


@pytest.mark.parametrize("impossible", [0, -1, LARGEST_ID + 1])
def test_a_number_that_no_ticket_can_have_is_refused(room: IncidentRoom, impossible: int) -> None:
    room.declares()

    refused = refusal_changes_nothing(room, lambda: room.links(impossible))

    assert isinstance(refused, TicketNotFound)
    assert refused.details == {"ticket_id": str(impossible)}


def test_several_are_linked_at_once_and_counted(room: IncidentRoom) -> None:
    incident = room.declares()
    first, second, third = next(_tickets), next(_tickets), next(_tickets)
    room.links(first, incident.id)

    linked = room.links_all([first, second, third, second])

    assert linked.affected == 3
    assert [facts(room, one)[0][0] for one in (first, second, third)] == [1, 1, 1]


def test_of_several_one_impossible_number_links_none(room: IncidentRoom) -> None:
    room.declares()
    ticket_id = next(_tickets)

    refused = refusal_changes_nothing(room, lambda: room.links_all([ticket_id, 0]))

    assert isinstance(refused, TicketNotFound)
    assert facts(room, ticket_id) == []


def test_a_ticket_that_moves_is_counted_where_it_is(room: IncidentRoom, ticket_id: int) -> None:
    first, second = room.declares("One"), room.declares("Two", even_if_recent=True)
    room.links(ticket_id, first.id)

    assert room.links(ticket_id, second.id).result.affected == 1

    counted = {one.id: one.affected for one in room.status.incidents}
    assert counted == {first.id: 0, second.id: 1}


def test_both_trails_tell_of_a_ticket_that_moves(room: IncidentRoom, ticket_id: int) -> None:
    first, second = room.declares("One"), room.declares("Two", even_if_recent=True)
    stays = next(_tickets)
    for one in (ticket_id, stays):
        room.links(one, first.id)

    room.links(ticket_id, second.id, agent_id="tg:7002", origin="telegram:7002")
    room.links(ticket_id, second.id)

    *_, away = room.trail_of(first.id)
    assert (away.action, away.actor, away.origin) == (
        IncidentAction.TICKET_UNLINKED,
        "tg:7002",
        "telegram:7002",
    )
    assert away.details == {"ticket_id": str(ticket_id), "moved_to": str(second.id)}
    _, here = room.trail_of(second.id)
    assert (here.action, here.details) == (
        IncidentAction.TICKET_LINKED,
        {"ticket_id": str(ticket_id)},
    )


def test_whoever_has_it_too_is_counted_once(room: IncidentRoom) -> None:
    incident = room.declares()

    for _ in range(2):
        assert room.joins(incident.id, "anna").affected == 1
    assert room.joins(incident.id, "boris").affected == 2


def test_whoever_has_it_too_and_then_a_ticket_about_it_is_counted_once(
    room: IncidentRoom, ticket_id: int
) -> None:
    incident = room.declares()

    assert room.joins(incident.id, "anna").affected == 1
    assert room.joins(incident.id, "anna", ticket_id).affected == 1
    assert room.joins(incident.id, "anna").affected == 1
    assert room.joins(incident.id, "boris").affected == 2


def test_whoever_has_a_ticket_about_it_and_then_says_so_again_is_counted_once(
    room: IncidentRoom, ticket_id: int
) -> None:
    incident = room.declares()
    room.links(ticket_id, incident.id)

    assert room.joins(incident.id, "anna", ticket_id).affected == 1
    assert room.joins(incident.id, "anna").affected == 1


def test_whoever_has_it_too_is_counted_once_when_an_agent_links_their_ticket(
    room: IncidentRoom, ticket_id: int, database_url: str
) -> None:
    database = Database(database_url)
    crowd = Crowd(room, database)
    opened = crowd.opened(Category.PAYMENT, id=ticket_id)
    crowd.tells(opened)
    incident = room.declares()

    room.joins(incident.id, opened.ticket.requester.id)

    assert room.links(ticket_id, incident.id).result.affected == 1
    crowd.close()
    database.close()


def test_whoever_said_so_is_counted_there_still_when_their_ticket_moves_on(
    room: IncidentRoom, ticket_id: int
) -> None:
    first, second = room.declares("One"), room.declares("Two", even_if_recent=True)
    room.joins(first.id, "anna")
    room.joins(first.id, "anna", ticket_id)

    room.links(ticket_id, second.id)

    counted = {one.id: one.affected for one in room.status.incidents}
    assert counted == {first.id: 1, second.id: 1}


def test_with_a_ticket_that_is_linked_as_the_requesters_own_word(
    room: IncidentRoom, ticket_id: int
) -> None:
    incident = room.declares()

    assert room.joins(incident.id, "anna", ticket_id).affected == 1

    (told,) = room.links_of(ticket_id)
    assert (told.agent_id, told.by_requester) == ("anna", True)


def test_nobody_joins_what_is_over_or_never_was(room: IncidentRoom, ticket_id: int) -> None:
    incident = room.declares()
    room.resolves()

    over = refusal_changes_nothing(room, lambda: room.joins(incident.id, "anna", ticket_id))
    unknown = refusal_changes_nothing(room, lambda: room.joins(LARGEST_ID, "anna"))

    assert isinstance(over, IncidentAlreadyResolved)
    assert isinstance(unknown, IncidentNotFound)


@pytest.mark.parametrize("merged_into", [None, 40])
def test_a_closed_ticket_is_about_nothing_more_unless_that_was_said_before(
    room: IncidentRoom, ticket_id: int, merged_into: int | None
) -> None:
    incident = room.declares()
    closed = ClosedTicket(merged_into=merged_into)
    said: dict[str, Any] = {"requester_id": "anna", "ticket_id": ticket_id}
    key = f"ticket {ticket_id} is about it"
    first = room.joins(incident.id, **said, command_id=key)

    again = room.joins(incident.id, **said, command_id=key, closed_ticket=closed)
    refused = refusal_changes_nothing(
        room, lambda: room.joins(incident.id, **said, closed_ticket=closed)
    )

    assert again == first
    assert isinstance(refused, TicketClosed)
    assert refused.details == ({} if merged_into is None else {"merged_into": "40"})
