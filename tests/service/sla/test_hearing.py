"""Every fact about a ticket moves its clock: once, however often and in whatever order it comes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.clock import SetClock
from chassis.storage.database import Database
from contracts.sla import SlaAchieved, SlaClockMoved
from contracts.tickets import (
    AnswerDelivered,
    AnswerRefused,
    MessageEdited,
    NoticeDelivered,
    TicketAssigned,
    TicketCategorised,
    TicketClosed,
    TicketEvent,
    TicketMerged,
    TicketOpened,
    TicketPrioritised,
    TicketReopened,
    TicketResolved,
    TicketTaken,
    TicketUnlinked,
    UserMessageAdded,
)
from contracts.vocabulary import CycleState, Priority, TicketStatus
from tests.support.sla_desk import HEARD, SlaDesk, fact, named
from tests.support.sla_story import (
    Snapshot,
    answered,
    at,
    changed,
    opened,
    prioritised,
    refused,
    reopened,
    resolved,
)

OPENED = opened("10:00")
ANSWERED = answered(OPENED, "10:10")
RESOLVED = resolved(OPENED, "10:10")
CLOSED = changed(RESOLVED, "10:20", status=TicketStatus.CLOSED)
NOTICED = changed(OPENED, "10:10", noticed_at=at("10:10"))
UNLINKED = changed(NOTICED, "10:20", noticed_at=None, unlinked_at=at("10:20"))

STORIES: dict[type[TicketEvent], tuple[Snapshot, CycleState, str]] = {
    TicketOpened: (OPENED, CycleState.PENDING, "12:00"),
    UserMessageAdded: (changed(OPENED, "10:10"), CycleState.PENDING, "12:00"),
    MessageEdited: (changed(OPENED, "10:10"), CycleState.PENDING, "12:00"),
    AnswerDelivered: (ANSWERED, CycleState.ACHIEVED, "12:00"),
    AnswerRefused: (refused(ANSWERED, "10:20"), CycleState.PENDING, "12:00"),
    NoticeDelivered: (NOTICED, CycleState.ACHIEVED, "12:00"),
    TicketUnlinked: (UNLINKED, CycleState.PENDING, "12:00"),
    TicketTaken: (changed(OPENED, "10:10"), CycleState.PENDING, "12:00"),
    TicketAssigned: (changed(OPENED, "10:10"), CycleState.PENDING, "12:00"),
    TicketPrioritised: (
        prioritised(OPENED, "10:10", Priority.P2),
        CycleState.PENDING,
        "18:00",
    ),
    TicketCategorised: (changed(OPENED, "10:10"), CycleState.PENDING, "12:00"),
    TicketReopened: (reopened(RESOLVED, "10:20"), CycleState.CANCELLED, "12:00"),
    TicketResolved: (RESOLVED, CycleState.CANCELLED, "12:00"),
    TicketClosed: (CLOSED, CycleState.CANCELLED, "12:00"),
}

each_fact = pytest.mark.parametrize("kind", STORIES, ids=lambda kind: kind.type)


def test_every_fact_that_names_sla_as_its_listener_is_told_here() -> None:
    assert {one.event for one in HEARD} == {*STORIES, TicketMerged}  # that has stories of its own
    assert all("sla" in kind.heard_by for kind in STORIES)


@each_fact
def test_a_fact_delivered_once_moves_the_clock(desk: SlaDesk, kind: type[TicketEvent]) -> None:
    ticket, state, due = STORIES[kind]
    desk.hears(TicketOpened, OPENED)

    desk.hears(kind, ticket)

    row = desk.cycle()
    assert (row.state, row.due_at) == (state, at(due))
    assert desk.ticket().version == ticket.version


def test_an_edit_changes_the_subject_by_which_a_ticket_is_told(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(TicketOpened, OPENED)
    edit = fact(MessageEdited, changed(OPENED, "10:10"))
    renamed = edit.ticket.model_copy(update={"subject": "Edited"})

    desk.service.hear_edited(edit.model_copy(update={"ticket": renamed}))

    clock.instant = at("12:00")
    desk.scans()
    assert [one.subject for one in desk.urgent()] == ["Edited"]


@each_fact
def test_a_fact_delivered_twice_is_taken_in_once(desk: SlaDesk, kind: type[TicketEvent]) -> None:
    ticket, state, _ = STORIES[kind]
    desk.hears(TicketOpened, OPENED, times=2)

    desk.hears(kind, ticket, times=2)

    announced = desk.announced()
    assert desk.cycle().state == state
    assert len({(type(event), event.version) for event in announced}) == len(announced)


@each_fact
def test_a_fact_delivered_before_its_cause_starts_the_clock_itself(
    desk: SlaDesk, kind: type[TicketEvent]
) -> None:
    ticket, state, due = STORIES[kind]

    desk.hears(kind, ticket)
    announced = desk.announced()
    desk.hears(TicketOpened, OPENED)

    row = desk.cycle()
    assert (row.state, row.due_at) == (state, at(due))
    assert desk.ticket().version == ticket.version
    assert desk.announced() == announced


def test_tickets_is_told_each_move_of_the_deadline_in_order(desk: SlaDesk) -> None:
    raised = prioritised(OPENED, "10:10", Priority.P0)

    desk.hears(TicketOpened, OPENED)
    desk.hears(TicketPrioritised, raised)
    desk.hears(AnswerDelivered, answered(raised, "10:12"))

    moves = [event for event in desk.announced() if isinstance(event, SlaClockMoved)]
    assert [move.next_due_at for move in moves] == [at("12:00"), at("10:15"), None]
    assert [move.version for move in moves] == [1, 2, 3]


def test_what_is_announced_carries_the_ticket_as_it_was_last_heard_of(desk: SlaDesk) -> None:
    desk.hears(AnswerDelivered, ANSWERED)

    achieved = next(event for event in desk.announced() if isinstance(event, SlaAchieved))
    assert achieved.ticket.version == ANSWERED.version
    assert achieved.achieved_at == at("10:10")
    assert (achieved.cycle, achieved.due_at) == (1, at("12:00"))


def test_a_refused_delivery_reopens_the_duty(desk: SlaDesk, clock: SetClock) -> None:
    desk.hears(TicketOpened, OPENED)
    desk.hears(AnswerDelivered, ANSWERED)

    desk.hears(AnswerRefused, refused(ANSWERED, "10:20"))
    clock.instant = at("12:00")
    desk.scans()

    assert desk.cycle().state == CycleState.BREACHING
    assert desk.words() == ["SlaAchieved", "SlaBreached"]


def test_a_message_starts_its_clock_although_an_older_one_is_told_to_wait(
    database: Database, clock: SetClock
) -> None:
    desk = SlaDesk(database, clock, next_response_minutes=60)
    noticed = changed(OPENED, "10:30", noticed_at=at("10:30"))
    written = changed(noticed, "11:00")

    desk.hears(TicketTaken, noticed)
    desk.hears(UserMessageAdded, written)

    owed = desk.describes(written).next_response
    assert owed is not None
    assert owed.due_at == at("12:00")


def test_a_withdrawn_incident_s_notice_answers_nobody_and_the_deadline_is_what_it_was(
    desk: SlaDesk, clock: SetClock
) -> None:
    desk.hears(NoticeDelivered, NOTICED)
    desk.hears(TicketUnlinked, UNLINKED)
    desk.hears(NoticeDelivered, NOTICED)
    assert (desk.cycle().state, desk.cycle().due_at) == (CycleState.PENDING, at("12:00"))

    clock.instant = at("12:00")
    desk.scans()

    assert desk.cycle().state == CycleState.BREACHING
    assert desk.words() == ["SlaAchieved", "SlaBreached"]


def test_two_facts_about_a_new_ticket_do_not_collide(desk: SlaDesk) -> None:
    told = [
        (kind, named(ticket, ticket_id))
        for ticket_id in range(1, 11)
        for kind, ticket in ((TicketOpened, OPENED), (AnswerDelivered, ANSWERED))
    ]

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda one: desk.hears(*one), told))

    assert {desk.cycle(ticket_id).state for ticket_id in range(1, 11)} == {"achieved"}
    assert all(desk.words(ticket_id) == ["SlaAchieved"] for ticket_id in range(1, 11))
