"""Agents find a ticket by words: subjects, texts, notes and people, the urgent first."""

from uuid import uuid4

import pytest

from contracts.errors import Invalid
from contracts.sla import SlaClockMoved
from contracts.tickets import LARGEST_ID, Person
from contracts.vocabulary import FoundIn, Source
from tests.support.tickets_desk import TicketsDesk

IVAN = Person(
    id="app-77", name="Иван Ёлкин", email="Ivan.Elkin@example.org", telegram_id=123_456_789
)


@pytest.fixture(autouse=True)
def agent(desk: TicketsDesk) -> None:
    desk.lets_in(7, "Пётр")


def found(desk: TicketsDesk, words: str, **parts: int) -> list[int]:
    return [hit.ticket.id for hit in desk.searches(words, **parts).results]


def test_words_are_found_wherever_they_stand_in_any_case(desk: TicketsDesk) -> None:
    by_subject = desk.opens("Первое", subject="Пропал СЕРТИФИКАТ").id
    by_text = desk.opens("Второе\nгде мой сертификат").id
    by_answer = desk.opens("Третье").id
    desk.answers(by_answer, "Сертификаты чиним")
    by_note = desk.opens("Четвёртое").id
    desk.notes(by_note, "это про сертификат")
    desk.opens("Пятое")

    page = desk.searches("СерТификат")

    assert {hit.ticket.id: hit.found_in for hit in page.results} == {
        by_subject: FoundIn.SUBJECT,
        by_text: FoundIn.MESSAGE,
        by_answer: FoundIn.MESSAGE,
        by_note: FoundIn.NOTE,
    }
    assert page.next is None


@pytest.mark.parametrize(
    "words",
    ["ёлкин", "ИВАН ёлкин", "elkin@EXAMPLE", "123456789", "APP-77", "tg:5", "иван вход"],
)
def test_people_are_found_by_what_they_are_called_and_go_by(desk: TicketsDesk, words: str) -> None:
    wanted = desk.opens("Не работает вход", by=IVAN).id
    if words == "tg:5":
        person = Person(id="tg:5", name="Пётр", telegram_id=5)
        wanted = desk.opens("Помогите", by=person, source=Source.TELEGRAM).id
    desk.opens("Ничего общего", by=Person(id="app-7", name="Олег"))

    assert found(desk, words) == [wanted]


def test_every_word_has_to_be_found_but_not_in_one_place(desk: TicketsDesk) -> None:
    both = desk.opens("Не проходит оплата").id
    desk.answers(both, "Проверьте карту")
    desk.opens("Не проходит вход")

    assert found(desk, "оплата карту") == [both]
    assert found(desk, "оплата вход") == []


def test_of_many_words_the_longest_are_looked_for(desk: TicketsDesk) -> None:
    wanted = desk.opens("Сертификат просрочен, оплата невозможна").id
    desk.opens("Сертификат просрочен, оплата возможна")

    assert found(desk, "а у нас сертификат просрочен и оплата невозможна") == [wanted]


def test_a_number_shows_its_ticket_first_and_whoever_mentions_it_then(desk: TicketsDesk) -> None:
    named = desk.opens("Первое").id
    mentions = desk.opens(f"Как в {named}-м обращении").id
    desk.resolves(named)

    for words in (str(named), f"#{named}", f"№{named}"):
        hits = desk.searches(words).results
        assert hits[0].ticket.id == named
        assert hits[0].found_in == FoundIn.NUMBER
    assert mentions in found(desk, str(named))
    assert found(desk, str(LARGEST_ID)) == []
    assert found(desk, "9" * 30) == []


def test_the_urgent_come_first_then_the_open_then_the_newest(desk: TicketsDesk) -> None:
    old, later, soon, new, done = (desk.opens("слово").id for _ in range(5))
    for number, ticket_id in enumerate((old, new)):
        desk.clock.advance(seconds=1 + number)
        desk.writes(ticket_id)
    for ticket_id, seconds in ((later, 900), (soon, 60)):
        due_at = desk.now.replace(microsecond=0)
        event = SlaClockMoved(
            event_id=uuid4(),
            occurred_at=desk.now,
            version=1,
            ticket_id=ticket_id,
            next_due_at=due_at.replace(year=due_at.year + seconds // 60),
        )
        desk.hears(event)
    desk.resolves(done)

    assert found(desk, "слово") == [soon, later, new, old, done]


def test_pages_are_whole(desk: TicketsDesk) -> None:
    opened = [desk.opens("слово").id for _ in range(5)]

    first = desk.searches("слово", limit=2)
    second = desk.searches("слово", limit=2, offset=first.next)
    last = desk.searches("слово", limit=2, offset=second.next)

    pages = (first, second, last)
    assert [hit.ticket.id for page in pages for hit in page.results] == opened[::-1]
    assert (first.next, second.next, last.next) == (2, 4, None)
    assert desk.searches("слово", offset=LARGEST_ID).results == []


def test_an_excerpt_shows_what_stands_around_the_words(desk: TicketsDesk) -> None:
    desk.opens("Начало. " + "слова " * 50 + "а вот и ИСКОМОЕ место\nи " + "конец " * 50)

    (hit,) = desk.searches("искомое").results

    assert "а вот и ИСКОМОЕ место и конец" in hit.excerpt
    assert hit.excerpt.startswith("…")
    assert hit.excerpt.endswith("…")
    assert len(hit.excerpt) < 200


def test_the_message_that_has_most_of_the_words_is_quoted(desk: TicketsDesk) -> None:
    ticket = desk.opens("Начало").id
    desk.answers(ticket, "Проверьте оплату картой")
    desk.answers(ticket, "Оплату видим")

    (hit,) = desk.searches("оплату картой").results

    assert hit.excerpt == "Проверьте оплату картой"


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", '"; drop', "100%", "[a-z]*", "\u202e"])
def test_signs_that_mean_something_elsewhere_are_only_signs(desk: TicketsDesk, words: str) -> None:
    desk.opens("Обычный текст")
    wanted = desk.opens(f"Тут {words} стоит").id

    assert found(desk, f"{words} стоит") == [wanted]


@pytest.mark.parametrize("words", ["", "  ", "\u200b", "а" * 201])
def test_what_are_no_words_is_refused(desk: TicketsDesk, words: str) -> None:
    with pytest.raises(Invalid):
        desk.searches(words)
