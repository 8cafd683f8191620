"""Where agents find a ticket by words: subjects, texts, notes and people. Reads only."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from contracts.texts import clean_text
from contracts.tickets import LARGEST_ID, WORDS_LENGTH, HitPage, HitView, SearchTickets
from contracts.vocabulary import UNFINISHED, FoundIn
from services.tickets.domain.texts import excerpt_around
from services.tickets.matching import body_holds, holds, tickets_with
from services.tickets.models import Requester, Ticket, TicketMessage
from services.tickets.queries import BESIDE_IT
from services.tickets.views import summaries

MOST_WORDS = 4
"""Each costs a look at every text; of more the longest, which tell most, are looked for."""
NUMBER = re.compile(r"[#№]?([0-9]{1,19})")


def search_tickets(session: Session, query: SearchTickets) -> HitPage:
    """A page of what the words find, the urgent first. Raises Invalid when there are no words."""
    words = _words_in(query.words)
    number = _number_in(words)
    found = and_(*(_holds(session, word) for word in words))
    wanted = (
        select(Ticket)
        .options(*BESIDE_IT)
        .where(found if number is None else or_(Ticket.id == number, found))
        .order_by(*_urgent_first(number))
    )
    rows = list(session.scalars(wanted.offset(query.offset).limit(query.limit + 1)))
    page = rows[: query.limit]
    told = _messages_with(session, page, words)
    return HitPage(
        results=[
            _hit(ticket, line, words, told.get(ticket.id), is_named=ticket.id == number)
            for ticket, line in zip(page, summaries(session, page), strict=True)
        ],
        next=query.offset + query.limit if len(rows) > query.limit else None,
    )


def _words_in(text: str) -> list[str]:
    words = clean_text(text, "words", WORDS_LENGTH).split()
    return sorted(dict.fromkeys(words), key=len, reverse=True)[:MOST_WORDS]


def _number_in(words: Sequence[str]) -> int | None:
    """The number of a ticket, when nothing else was named."""
    found = NUMBER.fullmatch(words[0]) if len(words) == 1 else None
    return int(found[1]) if found and int(found[1]) <= LARGEST_ID else None


def _holds(session: Session, word: str) -> ColumnElement[bool]:
    of_person = select(Requester.id).where(_is_person(word))
    return or_(
        holds(Ticket.subject, word),
        Ticket.id.in_(tickets_with(session, word)),
        Ticket.requester_id.in_(of_person),
    )


def _is_person(word: str) -> ColumnElement[bool]:
    """Part of a name or address, or the whole of an id."""
    number = NUMBER.fullmatch(word)
    telegram_id = int(number[1]) if number else LARGEST_ID + 1
    return or_(
        holds(Requester.name, word),
        holds(Requester.email, word),
        func.lower(Requester.id) == word.lower(),
        Requester.telegram_id == telegram_id if telegram_id <= LARGEST_ID else false(),
    )


def _urgent_first(number: int | None) -> list[Any]:
    is_open = Ticket.status.in_(UNFINISHED)
    return [
        case((Ticket.id == number, 0), else_=1),
        case((and_(is_open, Ticket.next_due_at.is_not(None)), 0), (is_open, 1), else_=2),
        case((is_open, Ticket.next_due_at)),
        Ticket.updated_at.desc(),
        Ticket.id.desc(),
    ]


def _messages_with(
    session: Session, tickets: Iterable[Ticket], words: Sequence[str]
) -> dict[int, TicketMessage]:
    """Of each ticket the message that has most of the words, the newest of several."""
    wanted = select(TicketMessage).where(
        TicketMessage.ticket_id.in_([ticket.id for ticket in tickets]),
        or_(*(body_holds(session, word) for word in words)),
    )
    told: dict[int, TicketMessage] = {}
    for message in session.scalars(wanted.order_by(TicketMessage.id)):
        best = told.get(message.ticket_id)
        if best is None or _count_in(message, words) >= _count_in(best, words):
            told[message.ticket_id] = message
    return told


def _count_in(message: TicketMessage, words: Sequence[str]) -> int:
    body = message.body.lower()
    return sum(word.lower() in body for word in words)


def _hit(
    ticket: Ticket,
    line: Any,
    words: Sequence[str],
    message: TicketMessage | None,
    *,
    is_named: bool,
) -> HitView:
    if is_named:
        beginning = excerpt_around(ticket.description, [])
        return HitView(ticket=line, found_in=FoundIn.NUMBER, excerpt=beginning)
    if message is not None:
        found_in = FoundIn.NOTE if message.is_note else FoundIn.MESSAGE
        return HitView(ticket=line, found_in=found_in, excerpt=excerpt_around(message.body, words))
    if any(word.lower() in ticket.subject.lower() for word in words):
        return HitView(ticket=line, found_in=FoundIn.SUBJECT, excerpt="")
    return HitView(ticket=line, found_in=FoundIn.PERSON, excerpt=_called(ticket.requester))


def _called(person: Requester) -> str:
    """Everything that a person is called and goes by."""
    telegram_id = f"tg:{person.telegram_id}" if person.telegram_id else None
    named = (person.name, person.email, person.id, telegram_id)
    return " · ".join(dict.fromkeys(part for part in named if part))
