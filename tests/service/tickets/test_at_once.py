"""What several do at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from chassis.storage.database import Database
from chassis.storage.migrate import differences
from contracts.errors import TicketAlreadyResolved, TicketClosed, TooManyTickets
from contracts.tickets import Person
from contracts.vocabulary import Source, TicketStatus
from services.tickets.models import Base
from tests.support.insisting import insist
from tests.support.migrated import address_of
from tests.support.outage import Outage
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


def test_of_two_tickets_merged_into_each_other_one_survives(desk: TicketsDesk) -> None:
    desk.lets_in()
    for _ in range(5):
        first, second = desk.opens().id, desk.opens().id

        survivors = at_once(
            lambda one=first, other=second: merged(desk, one, other),
            lambda one=second, other=first: merged(desk, one, other),
        )

        assert sorted(survivors, key=bool) in ([None, first], [None, second])
        closed = [one for one in (first, second) if desk.shows(one).merged_into is not None]
        assert len(closed) == 1
        assert closed[0] not in survivors


def merged(desk: TicketsDesk, source_id: int, survivor_id: int) -> int | None:
    """The survivor, unless it was too late."""
    try:
        return desk.merges(source_id, survivor_id).result.id
    except TicketClosed:
        return None


def test_a_question_asked_while_its_ticket_is_merged_is_not_lost(desk: TicketsDesk) -> None:
    desk.lets_in()
    for _ in range(5):
        source, survivor = desk.opens().id, desk.opens().id
        desk.answers(source)
        desk.answers(survivor)

        asked = at_once(
            lambda source=source: heard(desk, source),
            lambda source=source, survivor=survivor: merged(desk, source, survivor) == survivor,
        )

        after = desk.shows(survivor)
        assert asked[1]
        assert (after.inherited_since is not None) == asked[0]
        assert after.status == (TicketStatus.IN_PROGRESS if asked[0] else TicketStatus.WAITING)


def heard(desk: TicketsDesk, ticket_id: int) -> bool:
    """Whether a message still came into the ticket."""
    try:
        desk.writes(ticket_id)
    except TicketClosed:
        return False
    return True


def test_a_link_that_is_heard_of_while_the_end_is_told_brings_that_once(desk: TicketsDesk) -> None:
    desk.lets_in()
    for number in range(1, 6):
        outage = Outage(desk, number)
        ticket_id, link = desk.opens().id, outage.view()
        outage.ends_with_nobody_told()

        at_once(
            lambda late=ticket_id, link=link: insist(lambda: desk.hears_link(late, link)),
            lambda: insist(lambda: bool(desk.tells_news())),
        )

        _, *told = desk.shows(ticket_id).messages
        assert [message.body for message in told] == ["Починили"]


def test_a_ticket_is_closed_once_by_several_closers(desk: TicketsDesk) -> None:
    desk.lets_in()
    for _ in range(10):
        desk.resolves(desk.opens().id)
    desk.clock.advance(days=7)

    assert sum(at_once(*[desk.closes_outlived] * 3)) == 10


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    assert differences(address_of(database), Base.metadata) == []
