"""Lists: whole, in order, page by page; and the figures of a period."""

import base64
import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from contracts.errors import Invalid
from contracts.sla import SlaClockMoved
from contracts.tickets import LARGEST_ID, Person
from contracts.vocabulary import Category, Priority, TicketStatus
from tests.support.tickets_desk import TicketsDesk


def ids(desk: TicketsDesk, **wish: object) -> list[int]:
    return [one.id for one in desk.lists(**wish).results]


def pages(desk: TicketsDesk, **wish: object) -> list[list[int]]:
    found, cursor = [], None
    while True:
        page = desk.lists(cursor=cursor, **wish)
        found.append([one.id for one in page.results])
        if (cursor := page.next) is None:
            return found


def test_newest_activity_comes_first(desk: TicketsDesk) -> None:
    first = desk.opens().id
    desk.clock.advance(seconds=1)
    second = desk.opens().id
    desk.clock.advance(seconds=1)
    desk.writes(first)

    assert ids(desk) == [first, second]


def test_pages_are_whole_when_instants_are_equal_or_microseconds_apart(desk: TicketsDesk) -> None:
    opened = []
    for number in range(11):
        opened.append(desk.opens().id)
        if number % 4 == 0:
            desk.clock.advance(microseconds=300)

    found = pages(desk, limit=3)

    assert [len(page) for page in found] == [3, 3, 3, 2]
    assert sorted(one for page in found for one in page) == opened


def test_a_page_stays_where_it_was_when_news_come_in(desk: TicketsDesk) -> None:
    opened = [desk.opens().id for _ in range(4)]
    first = desk.lists(limit=2)
    desk.clock.advance(seconds=1)
    desk.opens()

    assert [one.id for one in first.results] == opened[:1:-1]
    assert ids(desk, limit=2, cursor=first.next) == opened[1::-1]


def test_a_full_last_page_has_no_next(desk: TicketsDesk) -> None:
    for _ in range(4):
        desk.opens()

    assert [len(page) for page in pages(desk, limit=2)] == [2, 2]
    assert desk.lists(requester_id="nobody").next is None


def forged(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "next",
        "ы",
        "[" * 100_000,
        forged(1),
        forged("1", 2),
        forged(1, "two"),
        forged(1, None),
        forged([1], 2),
        forged(10**30, 1),
        forged(-(10**30), 1),
        forged(1, LARGEST_ID + 1),
        forged(1, -1),
        forged(float("nan"), 1),
        forged(float("inf"), 1),
    ],
)
def test_a_cursor_from_elsewhere_is_refused(desk: TicketsDesk, cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.lists(cursor=cursor)

    assert refusal.value.details == {"cursor": "bad"}


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_of_no_size_is_refused(desk: TicketsDesk, limit: int) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.lists(limit=limit)

    assert list(refusal.value.details) == ["limit"]


def test_filters_leave_out_the_rest(desk: TicketsDesk) -> None:
    desk.lets_in()
    login = desk.opens(category=Category.LOGIN).id
    urgent = desk.opens(priority=Priority.P1).id
    taken, resolved = desk.opens().id, desk.opens(by=Person(id="boris")).id
    desk.takes(taken)
    desk.resolves(resolved)

    assert ids(desk, category="login") == [login]
    assert ids(desk, priority="P1") == [urgent]
    assert ids(desk, status="in_progress") == [taken]
    assert set(ids(desk, assignee_id="tg:7")) == {taken, resolved}
    assert ids(desk, assignee_id="tg:7", unfinished=True) == [taken]
    assert ids(desk, requester_id="boris") == [resolved]
    assert ids(desk, requester_id="boris", priority="P1") == []


def test_words_are_found_in_subject_texts_and_name_whatever_their_case(desk: TicketsDesk) -> None:
    by_subject = desk.opens("Текст", subject="ОПЛАТА не прошла").id
    by_message = desk.opens("Другое").id
    desk.writes(by_message, "Снова Оплата")
    by_name = desk.opens("Третье", by=Person(id="o", name="Оплатина Ольга")).id
    desk.opens("100% о другом")

    assert set(ids(desk, q="оплат")) == {by_subject, by_message, by_name}
    assert ids(desk, q="%_%") == []
    assert len(ids(desk, q="100%")) == 1
    with pytest.raises(Invalid):
        desk.lists(q="\0")


def test_the_most_urgent_come_first_and_those_without_a_deadline_last(desk: TicketsDesk) -> None:
    calm, late, soon = (desk.opens().id for _ in range(3))
    for ticket_id, hours in ((late, 1), (soon, 2)):
        desk.hears(
            SlaClockMoved(
                event_id=uuid4(),
                occurred_at=desk.now,
                version=1,
                ticket_id=ticket_id,
                next_due_at=desk.now + timedelta(hours=hours),
            )
        )

    assert ids(desk, urgent_first=True) == [late, soon, calm]
    assert ids(desk, urgent_first=True, limit=1) == [late]


def test_tickets_are_found_by_id_in_the_order_asked(desk: TicketsDesk) -> None:
    first, second = desk.opens().id, desk.opens().id

    assert desk.finds(second, 404, LARGEST_ID + 1, -1, first) == [second, first]
    assert desk.finds() == []


def test_the_figures_of_a_period(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")
    from_at = desk.now
    for minutes in (10, 20, 60):
        answered = desk.opens(category=Category.LOGIN, priority=Priority.P1).id
        opened_at = desk.clock.instant
        desk.clock.advance(minutes=minutes)
        desk.answers(answered)
        desk.clock.instant = opened_at
    desk.resolves(answered, by="admin")
    desk.opens()
    desk.clock.advance(days=1)
    to_at = desk.now
    desk.opens(by=Person(id="later"))

    figures = desk.counts(from_at, to_at)

    assert (figures.opened, figures.resolved, figures.open) == (4, 1, 4)
    assert figures.open_by_priority == {"P0": 0, "P1": 2, "P2": 0, "P3": 2}
    assert figures.by_status[TicketStatus.WAITING] == 2
    assert sum(figures.by_status.values()) == sum(figures.by_category.values()) == 4
    assert figures.by_category[Category.LOGIN] == 3
    response = figures.first_response
    assert (response.average_seconds, response.median_seconds) == (1800, 1200)
    assert response.p90_seconds == 3600
    told = [(one.agent_id, one.agent, one.answers, one.resolved) for one in figures.by_agent]
    assert told == [("tg:7", "Пётр", 3, 0), ("admin", "admin", 0, 1)]


def test_the_figures_of_a_period_in_which_nothing_happened(desk: TicketsDesk) -> None:
    figures = desk.counts(desk.now, desk.now + timedelta(days=1))

    assert (figures.opened, figures.resolved, figures.open, figures.by_agent) == (0, 0, 0, [])
    assert figures.first_response.average_seconds is None


def test_the_period_is_half_open(desk: TicketsDesk) -> None:
    opened_at: datetime = desk.opens().created_at

    assert desk.counts(opened_at, opened_at + timedelta(milliseconds=1)).opened == 1
    assert desk.counts(opened_at - timedelta(hours=1), opened_at).opened == 0
