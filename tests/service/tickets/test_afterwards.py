"""What a requester says of a resolved ticket: it is not solved, or how content they are."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from contracts.errors import TicketClosed, TicketNotFound, TicketNotResolved
from contracts.event import to_milliseconds
from contracts.tickets import RateTicket, TicketView, UserMessageAdded
from contracts.vocabulary import AuthorKind, TicketStatus
from tests.support.tickets_desk import TicketsDesk

DAY = timedelta(days=1)


@pytest.fixture
def resolved(desk: TicketsDesk) -> TicketView:
    """Answered and resolved by an agent, an hour ago."""
    desk.lets_in()
    ticket = desk.opens()
    desk.answers(ticket.id)
    resolved = desk.resolves(ticket.id)
    desk.clock.advance(hours=1)
    desk.told()
    return resolved


def test_what_is_not_solved_reopens_as_a_message_does(
    desk: TicketsDesk, resolved: TicketView
) -> None:
    reopened = desk.objects(resolved.id)

    now = to_milliseconds(desk.now)
    assert reopened.status == TicketStatus.IN_PROGRESS
    assert (reopened.reopened_at, reopened.unanswered_since) == (now, now)
    assert reopened.resolved_at is None
    assert (reopened.messages[-1].author.kind, reopened.messages[-1].body) == (
        AuthorKind.USER,
        "Не решено",
    )
    [told] = desk.told()
    assert isinstance(told, UserMessageAdded)
    assert told.reopened
    assert told.ticket.reopened_at == now


def test_the_same_press_again_reopens_once(desk: TicketsDesk, resolved: TicketView) -> None:
    first = desk.objects(resolved.id, command_id="press")

    assert desk.objects(resolved.id, command_id="press") == first
    assert len(desk.told()) == 1


def test_a_late_press_on_what_is_open_again_changes_nothing(
    desk: TicketsDesk, resolved: TicketView
) -> None:
    desk.objects(resolved.id)
    before = desk.shows(resolved.id)
    desk.told()

    assert desk.objects(resolved.id) == before
    assert desk.told() == []


def test_after_the_allowed_days_it_is_closed(desk: TicketsDesk, resolved: TicketView) -> None:
    desk.clock.advance(days=7)

    with pytest.raises(TicketClosed):
        desk.objects(resolved.id)
    assert desk.told() == []


def test_a_merged_one_names_where_it_goes_on(desk: TicketsDesk, resolved: TicketView) -> None:
    survivor = desk.opens().id
    desk.merges(resolved.id, survivor)

    for act in (lambda: desk.objects(resolved.id), lambda: desk.rates(resolved.id, 5)):
        with pytest.raises(TicketClosed) as refused:
            act()
        assert refused.value.details["merged_into"] == str(survivor)


def test_nobody_else_says_so(desk: TicketsDesk, resolved: TicketView) -> None:
    with pytest.raises(TicketNotFound):
        desk.objects(resolved.id, by="olga")
    with pytest.raises(TicketNotFound):
        desk.rates(resolved.id, 1, by="olga")
    with pytest.raises(TicketNotFound):
        desk.rates(2**63, 1)
    assert desk.shows(resolved.id).rating is None


def test_a_rating_is_kept_and_the_last_word_counts(desk: TicketsDesk, resolved: TicketView) -> None:
    desk.rates(resolved.id, 2)
    desk.clock.advance(minutes=1)
    desk.rates(resolved.id, 5)

    shown = desk.shows(resolved.id)
    assert (shown.rating, shown.rated_at) == (5, to_milliseconds(desk.now))
    assert shown.version == resolved.version
    assert desk.told() == []


def test_the_same_rating_sent_again_does_not_undo_a_later_one(
    desk: TicketsDesk, resolved: TicketView
) -> None:
    desk.rates(resolved.id, 2, command_id="first")
    desk.rates(resolved.id, 5)

    desk.rates(resolved.id, 2, command_id="first")

    assert desk.shows(resolved.id).rating == 5


def test_a_closed_ticket_may_be_rated_and_an_open_one_not(
    desk: TicketsDesk, resolved: TicketView
) -> None:
    desk.clock.advance(days=7)
    desk.closes_outlived()

    assert desk.rates(resolved.id, 4).rating == 4
    with pytest.raises(TicketNotResolved):
        desk.rates(desk.opens().id, 5)


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_from_one_to_five(rating: int) -> None:
    with pytest.raises(ValidationError):
        RateTicket(
            command_id="x",
            ticket_id=1,
            requester_id="anna",
            rating=rating,
            rated_at="2026-03-02T09:00:00Z",
        )


def test_the_figures_count_the_ratings_of_the_period(desk: TicketsDesk) -> None:
    desk.lets_in()
    tickets = [desk.opens() for _ in range(4)]
    for ticket in tickets:
        desk.resolves(ticket.id)
    start = desk.now
    for ticket, rating in zip(tickets, (5, 4, 4), strict=False):
        desk.rates(ticket.id, rating)
    desk.clock.advance(days=1)
    desk.rates(tickets[3].id, 1)

    first, later = desk.counts(start, start + DAY), desk.counts(start + 2 * DAY, start + 3 * DAY)
    assert first.ratings is not None
    assert later.ratings is not None
    assert (first.ratings.average, first.ratings.count) == (4.33, 3)
    assert (later.ratings.average, later.ratings.count) == (None, 0)
