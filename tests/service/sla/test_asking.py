"""What sla answers: a ticket's clocks, the urgent ones, and the figures of a period."""

from dataclasses import replace

import pytest

from chassis.clock import SetClock
from contracts.sla import CycleView, ListUrgent
from contracts.tickets import AnswerDelivered, TicketOpened, TicketPrioritised
from contracts.vocabulary import CycleState, Priority
from tests.support.sla_desk import SlaDesk, named
from tests.support.sla_story import answered, at, opened, prioritised

OPENED = opened("10:00")


def test_a_ticket_not_heard_of_is_described_by_the_facts_sent_along(desk: SlaDesk) -> None:
    clocks = desk.describes(OPENED)

    assert clocks.first_response == CycleView(due_at=at("12:00"), state=CycleState.PENDING)
    assert (clocks.next_response, clocks.resolution) == (None, None)
    assert desk.announced() == []


@pytest.mark.parametrize("priority", list(Priority))
def test_what_is_forecast_for_a_new_ticket_is_what_it_gets(
    desk: SlaDesk, priority: Priority
) -> None:
    forecast = desk.forecasts(priority, OPENED.created_at)

    described = desk.describes(replace(OPENED, priority=priority))

    assert forecast.first_response == described.first_response


def test_an_answer_is_seen_before_its_event_is_heard(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("12:30")
    desk.scans()

    clocks = desk.describes(answered(OPENED, "12:10"))

    assert clocks.first_response == CycleView(
        due_at=at("12:00"),
        state=CycleState.BREACHED,
        achieved_at=at("12:10"),
        breached_at=at("12:00"),
    )
    assert desk.cycle().state == CycleState.BREACHING


def test_old_facts_do_not_hide_what_was_heard_since(desk: SlaDesk) -> None:
    desk.hears(AnswerDelivered, answered(OPENED, "10:10"))

    assert desk.describes(OPENED).first_response.state == CycleState.ACHIEVED


def test_time_that_passed_since_the_last_scan_shows(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)

    clock.instant = at("11:40")
    imminent = desk.describes(OPENED).first_response.state
    clock.instant = at("12:00")
    late = desk.describes(OPENED).first_response.state

    assert (imminent, late) == (CycleState.IMMINENT_BREACH, CycleState.BREACHING)


def test_urgent_are_the_late_the_latest_on_top_then_those_soon_due(
    desk: SlaDesk, clock: SetClock
) -> None:
    soon, sooner, later = opened("10:20"), opened("10:10"), opened("10:50")
    late, latest = opened("09:30"), opened("09:00")
    for ticket_id, ticket in enumerate((soon, late, later, latest, sooner), start=1):
        desk.hears(TicketOpened, named(ticket, ticket_id))
    desk.hears(AnswerDelivered, answered(named(opened("09:00"), 6), "12:00"))

    clock.instant = at("12:00")
    desk.scans()

    urgent = desk.urgent()
    assert [one.ticket_id for one in urgent] == [4, 2, 5, 1]
    assert [one.state for one in urgent] == ["breaching"] * 2 + ["imminent_breach"] * 2
    assert (urgent[0].subject, urgent[0].priority) == ("Ticket 4", Priority.P1)
    assert [one.ticket_id for one in desk.urgent(limit=3)] == [4, 2, 5]
    assert desk.service.list_urgent(ListUrgent(limit=1)).counts == (2, 2)


def test_urgent_tells_the_priority_a_ticket_has_now(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    clock.instant = at("11:00")

    desk.hears(TicketPrioritised, prioritised(OPENED, "11:00", Priority.P0))

    assert [one.priority for one in desk.urgent()] == [Priority.P0]
