"""What a version wrote that did not keep its messages lowered is found, and lowered by and by."""

from sqlalchemy import update

from services.tickets import queries
from services.tickets.models import TicketMessage
from services.tickets.usecases.lowering import lower_bodies
from tests.support.tickets_desk import TicketsDesk


def forgets(desk: TicketsDesk) -> None:
    with desk.store.writing() as session:
        session.execute(update(TicketMessage).values(lowered=None))


def lowers(desk: TicketsDesk, limit: int) -> int:
    with desk.store.writing() as session:
        return lower_bodies(session, limit)


def found(desk: TicketsDesk) -> list[int]:
    return [hit.ticket.id for hit in desk.searches("щёлкает").results]


def test_new_messages_are_lowered_as_they_are_written(desk: TicketsDesk) -> None:
    desk.opens("Что-то ЩЁЛКАЕТ")

    assert not desk.store.ask(queries.is_body_unlowered)
    assert lowers(desk, 10) == 0


def test_older_ones_are_found_before_and_after_they_are_lowered(desk: TicketsDesk) -> None:
    opened = [desk.opens("Начало\nЧто-то ЩЁЛКАЕТ").id for _ in range(3)]
    forgets(desk)

    assert desk.store.ask(queries.is_body_unlowered)
    assert found(desk) == opened[::-1]
    assert [lowers(desk, 2) for _ in range(3)] == [2, 1, 0]
    assert not desk.store.ask(queries.is_body_unlowered)
    assert found(desk) == opened[::-1]
    assert [one.id for one in desk.lists(q="щЁлкает").results] == opened[::-1]
