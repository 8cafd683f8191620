"""A ticket's deadlines over HTTP: alone for its owner, with how they were counted for others."""

from pathlib import Path

import pytest

from contracts.errors import Unavailable
from contracts.sla import CycleView, TicketClocks, TicketClocksList
from contracts.vocabulary import CycleState, SatisfiedBy
from tests.support.gateway import NOW, Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def test_the_owner_is_told_the_deadlines_alone(gateway: Gateway) -> None:
    told = gateway.as_user("anna").gets("/tickets/42/sla/")

    assert told.status_code == 200
    assert told.json == {
        "first_response": {
            "due_at": "2026-03-03T09:00:00.000Z",
            "state": "pending",
            "paused": False,
            "achieved_at": None,
            "breached_at": None,
            "satisfied_by": None,
        },
        "next_response": None,
        "resolution": None,
        "trace": None,
    }
    assert not gateway.services.was_asked("sla.explain_ticket")


def test_the_owner_is_told_when_a_notice_of_an_incident_was_the_response(gateway: Gateway) -> None:
    noticed = CycleView(
        due_at=NOW, state=CycleState.ACHIEVED, achieved_at=NOW, satisfied_by=SatisfiedBy.INCIDENT
    )
    clocks = TicketClocks(ticket_id=42, first_response=noticed)
    gateway.services.answers["sla.describe_tickets"] = lambda _: TicketClocksList(tickets=[clocks])

    ticket = gateway.as_user("anna").gets("/tickets/42/").json

    assert ticket is not None
    assert ticket["first_response_at"] is None
    first = ticket["sla"]["first_response"]
    assert (first["state"], first["satisfied_by"]) == ("achieved", "incident")


def test_an_administrator_is_told_how_a_deadline_was_counted(gateway: Gateway) -> None:
    told = gateway.as_admin().gets("/tickets/42/sla/").json

    assert told is not None
    (trace,) = told["trace"]
    assert (trace["metric"], trace["cycle"], trace["pauses"]) == ("first_response", 1, [])
    assert trace["windows"] == [
        {"since": "2026-03-02T09:00:00.000Z", "until": "2026-03-03T09:00:00.000Z"}
    ]
    assert trace["decisive"]["target_minutes"] == 1440
    assert trace["terms"] == [trace["decisive"]]
    assert (trace["cause"], trace["decisive"]["brought_by"]) == (None, None)
    assert trace["left_seconds"] is None


def test_deadlines_of_somebody_elses_ticket_are_none_and_of_a_silent_sla_not_to_be_had(
    gateway: Gateway,
) -> None:
    assert gateway.as_user("boris").gets("/tickets/42/sla/").status_code == 404
    gateway.services.answers["sla.describe_tickets"] = Unavailable("silent")

    silent = gateway.as_user("anna").gets("/tickets/42/sla/")

    assert (silent.status_code, "Retry-After" in silent.headers) == (503, True)
