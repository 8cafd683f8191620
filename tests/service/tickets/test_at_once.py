"""What several do at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from chassis.storage.migrate import differences
from contracts.errors import TicketAlreadyResolved, TooManyTickets
from contracts.tickets import Person
from contracts.vocabulary import Source
from services.tickets.models import Base
from tests.support.tickets_desk import TicketsDesk

Result = TypeVar("Result")


def at_once(*acts: Callable[[], Result]) -> list[Result]:
    start = threading.Barrier(len(acts))

    def begin(act: Callable[[], Result]) -> Result:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(begin, act) for act in acts]]


def test_the_first_two_tickets_of_a_new_requester(desk: TicketsDesk) -> None:
    new = Person(id="new", name="Новый")

    tickets = at_once(*[lambda: desk.opens(by=new)] * 4)

    assert len({ticket.id for ticket in tickets}) == 4
    assert len(desk.lists(requester_id="new").results) == 4


def test_no_more_than_the_allowed_number_slip_through(desk: TicketsDesk) -> None:
    def try_to_open() -> bool:
        try:
            desk.opens(limit_per_hour=3)
        except TooManyTickets:
            return False
        return True

    desk.opens()

    assert sum(at_once(*[try_to_open] * 6)) == 2


def test_answers_to_one_ticket_are_all_kept_and_each_is_a_version(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens(source=Source.TELEGRAM)
    desk.told()

    at_once(*[lambda number=number: desk.answers(ticket.id, str(number)) for number in range(6)])

    after = desk.shows(ticket.id)
    assert {message.body for message in after.messages[1:]} == set("012345")
    assert after.version == 7
    assert sorted(event.version for event in desk.told()) == [2, 3, 4, 5, 6, 7]


def test_of_those_who_resolve_one_does(desk: TicketsDesk) -> None:
    desk.lets_in()
    ticket = desk.opens()

    def try_to_resolve() -> bool:
        try:
            desk.resolves(ticket.id)
        except TicketAlreadyResolved:
            return False
        return True

    assert sum(at_once(*[try_to_resolve] * 4)) == 1


def test_a_ticket_is_closed_once_by_several_closers(desk: TicketsDesk) -> None:
    desk.lets_in()
    for _ in range(10):
        desk.resolves(desk.opens().id)
    desk.clock.advance(days=7)

    assert sum(at_once(*[desk.closes_outlived] * 3)) == 10


def test_the_migrations_make_what_the_models_say(database_url: str, tmp_path: Path) -> None:
    assert differences(database_url, Base.metadata) == []
