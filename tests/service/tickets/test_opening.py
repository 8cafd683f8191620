"""Opening a ticket, and writing in it again."""

from datetime import timedelta

import pytest

from contracts.errors import Invalid, TicketClosed, TicketNotFound, TooManyTickets
from contracts.event import to_milliseconds
from contracts.tickets import LARGEST_ID, AddedMessage, Person, TicketOpened, UserMessageAdded
from contracts.vocabulary import AuthorKind, Category, Priority, Source, TicketStatus
from tests.support.tickets_desk import ANNA, TicketsDesk

TEXTS_TO_REFUSE = {"   ": "empty", "a\0b": "bad_characters"}


def test_a_ticket_is_as_it_was_asked_for(desk: TicketsDesk) -> None:
    ticket = desk.opens(
        "Не могу войти\nсовсем",
        category=Category.LOGIN,
        priority=Priority.P1,
        source=Source.TELEGRAM,
        context={"page": "/login"},
    )

    assert ticket == desk.shows(ticket.id)
    assert (ticket.subject, ticket.status) == ("Не могу войти", TicketStatus.OPEN)
    assert (ticket.category, ticket.priority, ticket.source) == ("login", "P1", "telegram")
    assert ticket.context == {"page": "/login"}
    assert ticket.created_at == ticket.last_message_at == to_milliseconds(desk.now)
    assert [(one.body, one.author.kind, one.delivery) for one in ticket.messages] == [
        ("Не могу войти\nсовсем", AuthorKind.USER, None)
    ]


def test_its_event_tells_the_whole_of_it(desk: TicketsDesk) -> None:
    ticket = desk.opens()

    (opened,) = desk.told()
    assert isinstance(opened, TicketOpened)
    assert opened.version == opened.ticket.version == ticket.version == 1
    assert opened.ticket.id == ticket.id
    assert opened.ticket.requester.name == "Анна"
    assert opened.message == ticket.messages[0]


def test_it_tells_which_closed_one_of_the_same_person_it_follows(desk: TicketsDesk) -> None:
    before = desk.opens()
    desk.told()

    ticket = desk.opens("И снова", follows=before.id)

    assert ticket.follows == desk.shows(ticket.id).follows == before.id
    (opened,) = desk.told()
    assert opened.ticket.follows == before.id
    assert before.follows is None


@pytest.mark.parametrize("follows", ["another's", 0, -1, 404, LARGEST_ID + 1])
def test_it_follows_nothing_that_its_requester_may_not_see(
    desk: TicketsDesk, follows: int | str
) -> None:
    of_boris = desk.opens(by=Person(id="boris", name="Борис"))
    desk.told()

    with pytest.raises(TicketNotFound):
        desk.opens(follows=of_boris.id if isinstance(follows, str) else follows)

    assert desk.told() == []


def test_what_was_written_in_telegram_may_be_followed_from_the_app_joined_with_it(
    desk: TicketsDesk,
) -> None:
    before = desk.opens(by=Person(id="tg:2001", name="Иван", telegram_id=2001))

    ticket = desk.opens(by=Person(id="17", name="Иван", telegram_id=2001), follows=before.id)

    assert ticket.follows == before.id


def test_it_begins_when_the_edge_received_it_and_never_in_the_future(desk: TicketsDesk) -> None:
    received_at = desk.now
    desk.clock.advance(seconds=3)

    assert desk.opens(received_at=received_at).created_at == to_milliseconds(received_at)

    from_a_fast_clock = desk.now.replace(year=2027)
    assert desk.opens(received_at=from_a_fast_clock).created_at == to_milliseconds(desk.now)


@pytest.mark.parametrize(("text", "matter"), TEXTS_TO_REFUSE.items())
def test_texts_nobody_can_read_are_refused(desk: TicketsDesk, text: str, matter: str) -> None:
    ticket = desk.opens()
    desk.lets_in()

    for ask, field in (
        (lambda: desk.opens(text), "description"),
        (lambda: desk.opens(subject=text), "subject"),
        (lambda: desk.writes(ticket.id, text), "message"),
        (lambda: desk.answers(ticket.id, text), "message"),
    ):
        with pytest.raises(Invalid) as refusal:
            ask()
        assert refusal.value.details == {field: matter}


def test_a_name_too_long_for_its_column_is_cut_and_nobody_refused(desk: TicketsDesk) -> None:
    ticket = desk.opens(by=Person(id="u", name="Я" * 300 + "\0"))

    assert ticket.requester.name == "Я" * 255


def test_a_person_is_kept_up_to_date_and_not_forgotten(desk: TicketsDesk) -> None:
    desk.opens(by=Person(id="u", name="Анна", telegram_id=5, locale="en-and-much-too-long"))
    desk.opens(by=Person(id="u", name="Анна", telegram_id=5, locale="en"))

    ticket = desk.opens(by=Person(id="u", name="Анна Петрова"))

    assert ticket.requester.name == "Анна Петрова"
    assert (ticket.requester.telegram_id, ticket.requester.locale) == (5, "en")


def test_more_than_the_allowed_number_within_an_hour_is_refused(desk: TicketsDesk) -> None:
    for _ in range(2):
        desk.opens(limit_per_hour=2)

    with pytest.raises(TooManyTickets) as refusal:
        desk.opens(limit_per_hour=2)

    assert refusal.value.details == {"limit": "2"}
    desk.opens(by=Person(id="boris"), limit_per_hour=2)
    desk.clock.advance(hours=1)
    desk.opens(limit_per_hour=2)


def test_a_clock_that_was_set_back_leaves_room_for_new_tickets(desk: TicketsDesk) -> None:
    for _ in range(2):
        desk.opens(limit_per_hour=2)
        desk.clock.advance(hours=2)
    desk.clock.instant = desk.now - timedelta(hours=6)

    assert desk.opens(limit_per_hour=2).id


def test_a_repeat_under_another_limit_is_no_other_wish(desk: TicketsDesk) -> None:
    opened = desk.opens(command_id="tg:7:open", limit_per_hour=2)

    assert desk.opens(command_id="tg:7:open", limit_per_hour=1).id == opened.id


def test_an_app_user_and_the_telegram_user_the_host_vouches_for_are_one(desk: TicketsDesk) -> None:
    in_telegram = desk.opens(by=Person(id="tg:5", name="Анна"), source=Source.TELEGRAM)
    in_the_app = desk.opens(by=Person(id="anna", name="Анна", telegram_id=5))
    of_a_namesake = desk.opens(by=Person(id="olga", telegram_id=5))

    def seen(by: str) -> set[int]:
        return {one.id for one in desk.lists(requester_id=by).results}

    assert seen("anna") == {in_telegram.id, in_the_app.id}
    assert seen("olga") == {in_telegram.id, of_a_namesake.id}
    assert seen("tg:5") == {in_telegram.id, in_the_app.id, of_a_namesake.id}
    assert desk.shows(in_telegram.id, to="anna").id == in_telegram.id
    desk.writes(in_telegram.id, by="anna")
    desk.writes(in_the_app.id, by="tg:5")


@pytest.mark.parametrize("stranger", ["boris", "tg:9", "tg:x", "tg:", "", "tg:" + "9" * 30])
def test_somebody_else_s_ticket_is_not_there(desk: TicketsDesk, stranger: str) -> None:
    ticket = desk.opens()

    for ask in (
        lambda: desk.shows(ticket.id, to=stranger),
        lambda: desk.writes(ticket.id, by=stranger),
        lambda: desk.judges(ticket.id, by=stranger, category=Category.ZOOM),
        lambda: desk.reads(ticket.id, by=stranger),
    ):
        with pytest.raises(TicketNotFound):
            ask()
    assert desk.lists(requester_id=stranger).results == []


@pytest.mark.parametrize("ticket_id", [0, -1, 404, LARGEST_ID, LARGEST_ID + 1, 10**30])
def test_a_ticket_nobody_opened_is_not_there(desk: TicketsDesk, ticket_id: int) -> None:
    desk.lets_in()

    for ask in (
        lambda: desk.shows(ticket_id),
        lambda: desk.writes(ticket_id),
        lambda: desk.answers(ticket_id),
        lambda: desk.takes(ticket_id),
        lambda: desk.delivers(ticket_id, 1),
    ):
        with pytest.raises(TicketNotFound):
            ask()


def test_another_message_joins_the_thread(desk: TicketsDesk) -> None:
    ticket = desk.opens()
    desk.told()
    desk.clock.advance(minutes=1)

    message = desk.writes(ticket.id, "  И пароль не помню ")

    after = desk.shows(ticket.id)
    assert message.body == "И пароль не помню"
    assert AddedMessage(**dict(after.messages[-1])) == message
    assert (after.version, after.status) == (2, TicketStatus.OPEN)
    assert after.updated_at == after.last_message_at == to_milliseconds(desk.now)
    (added,) = desk.told()
    assert isinstance(added, UserMessageAdded)
    assert (added.version, added.message, added.reopened) == (2, after.messages[-1], False)


def test_the_user_s_word_reopens_what_was_resolved_within_seven_days(desk: TicketsDesk) -> None:
    ticket, _ = desk.opens(), desk.lets_in()
    desk.resolves(ticket.id)
    desk.clock.advance(days=6, hours=23)
    desk.told()

    message = desk.writes(ticket.id)

    after = desk.shows(ticket.id)
    assert (after.status, after.resolved_at) == (TicketStatus.IN_PROGRESS, None)
    assert after.reopened_at == message.created_at
    (added,) = desk.told()
    assert isinstance(added, UserMessageAdded)
    assert added.reopened
    assert message.has_reopened


def test_after_seven_days_it_is_closed_even_before_anybody_wrote_so(desk: TicketsDesk) -> None:
    ticket, _ = desk.opens(), desk.lets_in()
    desk.resolves(ticket.id)
    desk.clock.advance(days=7)

    for ask in (
        lambda: desk.writes(ticket.id),
        lambda: desk.answers(ticket.id),
        lambda: desk.takes(ticket.id),
        lambda: desk.prioritises(ticket.id, "P1"),
        lambda: desk.judges(ticket.id, category=Category.ZOOM),
        lambda: desk.resolves(ticket.id),
    ):
        with pytest.raises(TicketClosed):
            ask()


def test_answers_are_unread_until_the_owner_has_seen_them(desk: TicketsDesk) -> None:
    ticket, _ = desk.opens(), desk.lets_in()
    desk.answers(ticket.id)
    desk.clock.advance(seconds=1)
    desk.answers(ticket.id, "Починили")
    assert desk.shows(ticket.id).unread == desk.lists().results[0].unread == 2
    version = desk.shows(ticket.id).version
    desk.told()

    desk.reads(ticket.id, read_at=desk.shows(ticket.id).messages[1].created_at)
    assert desk.shows(ticket.id).unread == desk.lists().results[0].unread == 1

    desk.reads(ticket.id)
    desk.reads(ticket.id, read_at=ticket.created_at)
    assert desk.shows(ticket.id).unread == desk.lists().results[0].unread == 0
    assert (desk.shows(ticket.id).version, desk.told()) == (version, [])


def test_the_same_requester_again_is_the_same_person(desk: TicketsDesk) -> None:
    assert desk.opens(by=ANNA).requester == desk.opens(by=ANNA).requester
