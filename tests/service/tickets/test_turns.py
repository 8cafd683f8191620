"""A command looks at the clock, and then waits for its ticket behind another that looked later.

What is carried out last has happened last: sla, which goes by the moments, sees what tickets shows.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from chassis.storage.store import Store
from contracts import tickets as contract
from contracts.event import Command
from contracts.tickets import TicketView
from contracts.vocabulary import Metric, Priority
from services.tickets.usecases import merging, moves
from tests.support.seen_by_sla import clock_of
from tests.support.tickets_desk import AGENT, REOPEN_WITHIN, TicketsDesk


class Waiting(Store):
    """Has looked at the clock when `looked` is set, and writes when `turn` is."""

    def __init__(self, desk: TicketsDesk) -> None:
        super().__init__(desk.store.database, desk.clock)
        self.looked, self.turn = threading.Event(), threading.Event()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self.looked.set()
        assert self.turn.wait(10)
        with super().writing() as session:
            yield session


@contextmanager
def carried_out_after(desk: TicketsDesk, use_case: Any, command: Command) -> Iterator[None]:
    """The command has looked at the clock before the block, and is carried out after it."""
    waiting = Waiting(desk)
    carry_out = partial(use_case, reopen_within=REOPEN_WITHIN)
    late = threading.Thread(target=waiting.once, args=(TicketView, carry_out, command))
    late.start()
    assert waiting.looked.wait(10)
    desk.clock.advance(milliseconds=40)
    yield
    waiting.turn.set()
    late.join()


def set_to(priority: Priority, ticket_id: int) -> contract.SetPriority:
    return contract.SetPriority(
        command_id="late", ticket_id=ticket_id, agent_id=AGENT, priority=priority
    )


def test_of_two_priorities_the_one_that_is_shown_is_counted_by(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens(priority=Priority.P1)

    with carried_out_after(desk, moves.set_priority, set_to(Priority.P0, ticket.id)):
        desk.prioritises(ticket.id, Priority.P3)

    assert desk.shows(ticket.id).priority == Priority.P0
    counted = clock_of(desk, ticket.id).latest(Metric.FIRST_RESPONSE)
    assert counted is not None
    assert counted.priority == Priority.P0


def test_a_clock_that_was_set_back_counts_by_what_is_shown(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()
    desk.clock.instant = desk.now - timedelta(minutes=5)

    desk.prioritises(ticket.id, Priority.P0)

    counted = clock_of(desk, ticket.id).latest(Metric.FIRST_RESPONSE)
    assert counted is not None
    assert counted.priority == Priority.P0


def test_of_two_who_take_it_the_one_that_is_shown_is_counted_to(desk: TicketsDesk) -> None:
    desk.lets_in()
    desk.lets_in(8, "Ольга")
    ticket = desk.opens()
    command = contract.TakeTicket(command_id="late", ticket_id=ticket.id, agent_id=AGENT)

    with carried_out_after(desk, moves.take_ticket, command):
        desk.takes(ticket.id, by="tg:8")

    shown, counted = desk.shows(ticket.id), clock_of(desk, ticket.id).latest(Metric.FIRST_RESPONSE)
    assert shown.assignee is not None
    assert counted is not None
    assert counted.agent is not None
    assert shown.assignee.id == counted.agent.id == AGENT


def test_no_clock_runs_on_in_a_ticket_that_is_resolved_behind_a_message(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()
    desk.clock.advance(minutes=1)
    command = contract.ResolveTicket(command_id="late", ticket_id=ticket.id, agent_id=AGENT)

    with carried_out_after(desk, moves.resolve_ticket, command):
        desk.writes(ticket.id, "Спасибо!")

    assert desk.shows(ticket.id).status == "resolved"
    assert clock_of(desk, ticket.id).next_due_at is None


def test_a_question_merged_in_behind_an_answer_is_counted(desk: TicketsDesk) -> None:
    desk.lets_in()
    source, survivor = desk.opens("Не проходит оплата"), desk.opens("Не могу войти")
    desk.clock.advance(minutes=1)
    command = contract.MergeTickets(
        command_id="late", source_id=source.id, survivor_id=survivor.id, agent_id=AGENT
    )

    with carried_out_after(desk, merging.merge_tickets, command):
        desk.answers(survivor.id, "Это про вход")

    assert desk.shows(survivor.id).unanswered_since is not None
    assert clock_of(desk, survivor.id).next_due_at is not None


def test_a_ticket_reopened_while_a_clock_catches_up_is_counted(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()
    desk.clock.advance(minutes=10)
    desk.takes(ticket.id)
    desk.clock.instant = desk.now - timedelta(minutes=5)
    desk.resolves(ticket.id)

    desk.writes(ticket.id, "Опять не открывается")

    assert desk.shows(ticket.id).status == "in_progress"
    assert clock_of(desk, ticket.id).next_due_at is not None


def test_a_merge_in_the_millisecond_of_the_end_keeps_the_deadline(desk: TicketsDesk) -> None:
    desk.lets_in()
    source, survivor = desk.opens("Оплата", priority="P1"), desk.opens("Вход", priority="P1")
    asked_at = desk.shows(source.id).created_at
    desk.clock.advance(minutes=90)
    desk.resolves(survivor.id)

    desk.merges(source.id, survivor.id)

    assert clock_of(desk, survivor.id).next_due_at == asked_at + timedelta(hours=2)


def test_what_was_reopened_while_a_clock_catches_up_can_be_answered(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()
    desk.clock.advance(minutes=10)
    desk.prioritises(ticket.id, Priority.P1)
    desk.clock.advance(minutes=-4)
    desk.resolves(ticket.id)
    desk.clock.advance(minutes=1)
    desk.writes(ticket.id, "Опять не открывается")
    desk.clock.advance(minutes=1)

    desk.answers(ticket.id, "Смотрим")

    assert desk.shows(ticket.id).unanswered_since is None
    assert clock_of(desk, ticket.id).next_due_at is None


def test_what_was_merged_while_a_clock_catches_up_can_be_answered(desk: TicketsDesk) -> None:
    desk.lets_in()
    source, survivor = desk.opens("Оплата"), desk.opens("Вход", priority="P1")
    desk.clock.advance(minutes=10)
    desk.prioritises(source.id, Priority.P1)
    desk.clock.advance(minutes=-4)
    desk.merges(source.id, survivor.id)
    desk.clock.advance(minutes=1)

    desk.answers(survivor.id, "Смотрим оба")

    assert desk.shows(survivor.id).unanswered_since is None
    assert clock_of(desk, survivor.id).next_due_at is None
